import type { Patch } from "../claim.ts";
import type { FitName, PixelsName } from "../presets.ts";
import type { GraphView, OutputView } from "../view.ts";

/** A choice among presets, how sure it is (0–1), and why. */
export interface Guess<Name extends string> {
  readonly name: Name;
  readonly confidence: number;
  readonly why: string;
}

/** One way to understand a graph's outputs. */
export interface Reading {
  readonly family: string;
  /** 0–1, of family and output alone. */
  readonly confidence: number;
  /** What the graph shows, and what a trial run showed. */
  readonly why: readonly string[];
  readonly isProbed?: boolean;
  /** What a run showed that may mean something else: a person is told. */
  readonly doubts?: readonly string[];
  readonly output: NonNullable<Patch["output"]>;
  readonly post?: Patch["post"];
  readonly pixels: Guess<PixelsName>;
  readonly fit: Guess<FitName>;
  readonly classCount?: number;
  /** Where the family itself says what it finds. */
  readonly classNames?: readonly string[];
}

/** Recognises the outputs of a family, or of some that share a shape; the surest reading of all signatures is taken. */
export type Signature = (view: GraphView) => readonly Reading[];

interface Apart {
  readonly all: OutputView;
  readonly scores: OutputView;
  readonly classes: OutputView;
  readonly count: OutputView | undefined;
}

/** Outputs of boxes, scores and classes in tensors of their own, by the part that they play. */
export const tensorsOf = ({ all, scores, classes, count }: Apart) => ({
  boxes: all.name,
  scores: scores.name,
  classes: classes.name,
  ...(count && { count: count.name }),
});

/** Nothing is left to suppress. */
export const noNms: Patch["post"] = { nms: "none" };

/** What a family is fed with by convention, weighed against what the graph's first weights say. */
export function pixelsBy(
  view: GraphView,
  convention: { readonly raw?: PixelsName; readonly scaled?: PixelsName },
  family: string,
): Guess<PixelsName> {
  const { range, image } = view;
  const isBlueFirst = (convention.raw ?? convention.scaled)!.startsWith("bgr");
  if (image.dtype === "uint8") {
    const why = `bytes go in, and the graph scales them${range.isTurned ? " and turns their colours" : ""}`;
    if (!isBlueFirst || range.isTurned) return { name: "rgb-raw", confidence: 0.92, why };
    // Whoever put the scaling into the graph may have turned the colours there, too, or not.
    const order = `whether it turns RGB into the BGR of ${family}, nobody says`;
    return { name: "rgb-raw", confidence: 0.8, why: `${why}; ${order}` };
  }
  if (range.isInGraph) {
    // A graph that turns the colours by itself takes the other order than the network inside.
    const isTurned = range.isTurned ?? false;
    const order = isBlueFirst === isTurned ? "rgb" : "bgr";
    const name: PixelsName = range.range === "raw" ? `${order}-raw` : `${order}-unit`;
    const why = isTurned ? `${range.why}, and turns their colours` : range.why!;
    return { name, confidence: isTurned ? 0.8 : 0.9, why };
  }
  const expected = convention.raw ?? convention.scaled!;
  const expectedRange = convention.raw ? "raw" : "scaled";
  const other = convention.raw && convention.scaled;
  const seen = range.why ?? "the first weights say nothing";
  if (range.range === expectedRange) {
    return { name: expected, confidence: 0.95, why: `the convention of ${family}, and ${seen}` };
  }
  if (range.range === "unknown") {
    return { name: expected, confidence: 0.9, why: `the convention of ${family}; ${seen}` };
  }
  return {
    name: other ?? (range.range === "raw" ? "rgb-raw" : "rgb-unit"),
    confidence: other ? 0.7 : 0.5,
    why: `${seen}, against the convention of ${family} (${expected})`,
  };
}
