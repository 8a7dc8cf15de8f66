import { measured, type GraphView, type OutputView } from "../view.ts";
import { cellCentres, pyramidOf, type Pyramid } from "./cells.ts";
import { areScores, columnsOf, spanOf, type ColumnFacts } from "./columns.ts";
import { pixelsBy, type Reading, type Signature } from "./reading.ts";

/** A × (5 + classes), objectness after the box: YOLOX raw or decoded, YOLOv5, v6 and v7. */
export const yoloGrid: Signature = (view) => {
  // YOLOv5 and v7 may add the raw heads, of five dimensions, which nobody needs.
  const flat = view.outputs.filter(({ dims }) => dims?.length === 3);
  const [output] = flat;
  if (!output || flat.length > 1 || view.outputs.some(({ dims }) => dims?.length === 4)) return [];
  const [, anchors, channels] = output.dims!;
  if (anchors === undefined || channels === undefined || channels < 6) return [];
  const pyramid = pyramidOf(anchors, view);
  if (!pyramid) return [];

  const classCount = channels - 5;
  const shape = `"${output.name}" is ${anchors} × ${channels}: ${pyramid.perCell} in each cell of strides ${pyramid.strides.join(", ")}, 5 + ${classCount} values each`;
  const columns = columnsOf(measured(view, output.name));
  const common = { classCount, isProbed: columns.length > 0 };
  const sure = (confidence: number) => weighed(view, output, { confidence, channels, columns });
  const scores = columns.length > 0 ? [`scores of ${spanOf(columns.slice(4))}`] : [];

  const kind = kindOf(columns, view, pyramid);
  const read = pyramid.perCell > 1 ? yoloV5 : kind.isRaw ? yoloxRaw : decoded;
  return [{ ...common, ...read(view, output, kind, [shape, ...scores], sure, pyramid) }];
};

/** Reads the grid as one family does. */
type Read = (
  view: GraphView,
  output: OutputView,
  kind: Kind,
  shape: readonly string[],
  sure: (confidence: number) => number,
  pyramid: Pyramid,
) => Omit<Reading, "classCount" | "isProbed">;

const yoloV5: Read = (view, output, kind, shape, sure) => {
  return {
    family: "yolo-v5",
    // Values of a few cells at most that lie nowhere near them: the grid is still to be applied.
    confidence: sure(kind.isRaw && kind.isSmall ? 0.4 : 0.95),
    why: [...shape, ...(kind.isSmall && kind.why ? [kind.why] : [])],
    output: boxesOf(output, kind),
    pixels: pixelsBy(view, { scaled: "rgb-unit" }, "YOLOv5/v7"),
    fit: { name: "letterbox", confidence: 0.92, why: "YOLOv5 and v7 letterbox, centred" },
  };
};

const yoloxRaw: Read = (view, output, { why }, shape, sure, { strides }) => {
  return {
    family: "yolox",
    confidence: sure(why ? 0.95 : 0.6),
    why: [...shape, ...(why ? [why] : [])],
    output: {
      decoder: "yolox",
      tensors: { predictions: output.name },
      ...(strides.join() !== "8,16,32" && { strides: [...strides] }),
    },
    ...yoloxInput(view),
  };
};

/** Decoded boxes, in pixels unless a run showed otherwise. */
const boxesOf = ({ name }: OutputView, { isNormalised }: Kind) => ({
  decoder: "yolo-v5" as const,
  tensors: { predictions: name },
  ...(isNormalised && { units: "normalised" as const }),
});

const yoloxInput = (view: GraphView): Pick<Reading, "pixels" | "fit"> => ({
  // Before release 0.1.1 (August 2021): RGB, divided by 255, ImageNet's mean and deviation.
  pixels: pixelsBy(view, { raw: "bgr-raw", scaled: "rgb-imagenet" }, "YOLOX since 0.1.1"),
  fit: { name: "letterbox-top-left", confidence: 0.92, why: "YOLOX letterboxes, top left" },
});

const decoded: Read = (view, output, kind, shape, sure) => {
  const { why, hasNoObjectness } = kind;
  const isV6 = hasNoObjectness || view.range.range === "scaled";
  const sign = hasNoObjectness
    ? "objectness is 1 everywhere, as YOLOv6 has it"
    : isV6
      ? "made for pixels of 0–1, as YOLOv6 and not as YOLOX"
      : "made for pixels of 0–255, as YOLOX and not as YOLOv6";
  const isKnown =
    hasNoObjectness || view.range.range !== "unknown" || /^outputs$/.test(output.name);
  const common = {
    confidence: sure(isKnown ? 0.93 : 0.7),
    why: [...shape, ...(why ? [why] : []), ...(isKnown ? [sign] : [])],
    output: boxesOf(output, kind),
  };
  if (!isV6 && output.name !== "outputs")
    return { family: "yolox", ...common, ...yoloxInput(view) };
  return {
    family: "yolo-v6",
    ...common,
    pixels: pixelsBy(view, { scaled: "rgb-unit" }, "YOLOv6"),
    fit: { name: "letterbox", confidence: 0.92, why: "YOLOv6 letterboxes, centred" },
  };
};

interface Kind {
  readonly isRaw: boolean;
  readonly hasNoObjectness: boolean;
  /** Boxes are parts of the picture. */
  readonly isNormalised?: boolean;
  /** No value of a box is beyond what a part of the picture can be. */
  readonly isSmall?: boolean;
  readonly why?: string;
}

/** Decoded boxes lie around their cells, in pixels or in parts of the picture; raw ones hold offsets of a few cells. */
function kindOf(columns: readonly ColumnFacts[], view: GraphView, pyramid: Pyramid): Kind {
  const [x, y, , , objectness] = columns;
  if (!x || !y || !objectness) return { isRaw: true, hasNoObjectness: false };

  const inPixels = farnessOf(x, view, pyramid);
  const inParts = farnessOf({ values: x.values.map((value) => value * view.width) }, view, pyramid);
  const isRaw = Math.min(inPixels, inParts) > farFromCell;
  const isNormalised = !isRaw && inParts < inPixels;
  return {
    isRaw,
    hasNoObjectness: objectness.min === 1 && objectness.max === 1,
    isNormalised,
    isSmall: columns.slice(0, 4).every(({ max }) => max <= 2),
    why: isRaw
      ? `a trial run gave x of ${spanOf([x])}, offsets and no places in the picture: grid and strides are still to be applied`
      : `a trial run gave each box a place near its own cell: they are decoded${isNormalised ? ", as parts of the picture" : ""}`,
  };
}

/** How far boxes lie from their cells, by the median, in widths of the picture; anchors of a cell may lie one after the other or apart. */
function farnessOf(
  { values }: Pick<ColumnFacts, "values">,
  { width, height }: GraphView,
  { strides, perCell }: Pyramid,
): number {
  const levels = strides.map((stride) => cellCentres({ width, height }, { strides: [stride] }));
  const anchors = Array.from({ length: perCell });
  const orders = [
    levels.flatMap((cells) => cells.flatMap(({ x }) => anchors.map(() => x))),
    levels.flatMap((cells) => anchors.flatMap(() => cells.map(({ x }) => x))),
  ];
  const medians = orders.map((centres) => {
    const distances = values
      .map((value, index) => Math.abs(value - centres[index % centres.length]!) / width)
      .sort((one, other) => one - other);
    return distances[Math.floor(distances.length / 2)]!;
  });
  return Math.min(...medians);
}

/** Of the picture's width: raw offsets are half of it away from their cells in the median, decoded boxes a few cells. */
const farFromCell = 0.15;

function weighed(
  { classCount }: GraphView,
  { name }: OutputView,
  {
    confidence,
    channels,
    columns,
  }: { confidence: number; channels: number; columns: readonly ColumnFacts[] },
): number {
  if (columns.length > 0 && !areScores(columns.slice(4))) return Math.min(confidence, 0.4);
  if (classCount === channels - 5) return confidence;
  if (classCount !== undefined) return 0.4;
  if (channels - 5 === 80) return confidence;
  if (channels - 4 === 80) return 0.3;
  // A × n may as well be n − 4 classes without objectness, where there is one anchor in each cell.
  return /^outputs?$/.test(name) ? Math.min(confidence, 0.85) : Math.min(confidence, 0.6);
}
