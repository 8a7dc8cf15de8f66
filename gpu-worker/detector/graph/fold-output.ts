import type { ModelManifest } from "../../../contracts/model.ts";
import { yoloxAnchors } from "../decoders/yolox.ts";
import type { GraphChange, GraphFacts } from "./change-graph.ts";
import { dataTypes, type Constant, type Node } from "./graph-bytes.ts";

/** What makes a graph answer with those anchors only that may reach a floor. */
export interface OutputFold {
  readonly change: Partial<GraphChange>;
  /** Input of the least score that counts: one float32. */
  readonly floor: string;
  /** Outputs by their part: predictions in the layout that they had, and the numbers of the anchors that are left, float32. */
  readonly tensors: Readonly<Record<"predictions" | "anchors", readonly [string]>>;
  /** Output of the sum of all scores, float32: not a number where one of them is none. */
  readonly sum: string;
}

/** Predictions of one anchor after the other, and where in each lie scores of which one must reach the floor. */
interface Layout {
  readonly name: string;
  /** The anchors' axis: B × A × width is 1, B × width × A is 2. */
  readonly axis: 1 | 2;
  readonly width: number;
  /** How many anchors there are to be, where the decoder knows. */
  readonly anchors?: number;
  /** Half open, within the width. */
  readonly scores: readonly [from: number, to: number];
}

function layoutOf({ output, input, classes }: Folded): Layout | undefined {
  switch (output.decoder) {
    case "yolox":
    case "yolo-v5":
      // A product of two numbers up to 1 reaches the floor only where both do; objectness alone tells nearly all.
      return {
        name: output.tensors.predictions,
        axis: 1,
        width: 5 + classes.length,
        ...(output.decoder === "yolox" && { anchors: yoloxAnchors(output, input) }),
        scores: [4, 5],
      };
    case "yolo-v8": {
      const width = 4 + classes.length;
      return { name: output.tensors.predictions, axis: 2, width, scores: [4, width] };
    }
    default:
      return undefined;
  }
}

type Folded = Pick<ModelManifest, "output" | "input" | "classes">;

const named = (name: string): string => `framequeue_${name}`;
/** `Slice` takes its bounds as inputs from 10 on; the others are older. */
const opsetMin = 10;
/** `ReduceMax` takes its axes as an input from 18 on. */
const axesAsInput = 18;

/**
 * Leaves anchors out in the graph whose scores are all below the floor, nearly all of them: what the model answers is then
 * some kilobytes a frame instead of megabytes, which onnxruntime would copy and JavaScript look through. Boxes stay as they
 * are, bit for bit. Undefined where the graph does not say that its output is laid out as the decoder reads it, and for
 * decoders whose outputs are small or several.
 */
export function foldOutput(
  { outputs, opset }: Pick<GraphFacts, "outputs" | "opset">,
  manifest: Folded,
): OutputFold | undefined {
  const layout = layoutOf(manifest);
  if (!layout || opset < opsetMin) return undefined;
  const { name, axis, width, anchors, scores } = layout;
  const there = outputs.find((each) => each.name === name);
  if (there?.type !== "float32" && there?.type !== "float16") return undefined;
  const { dims = [] } = there;
  const widthAxis = axis === 1 ? 2 : 1;
  if (dims.length !== 3 || dims[widthAxis] !== width) return undefined;
  if (anchors !== undefined && dims[axis] !== anchors) return undefined;

  const integers = (key: string, values: readonly number[]): Constant => ({
    name: named(key),
    dims: [values.length],
    values: BigInt64Array.from(values, BigInt),
  });
  const axes = { batch_axis: 0, width_axis: widthAxis };
  const greatest = (of: string, along: keyof typeof axes, output: string): Node =>
    opset < axesAsInput
      ? node("ReduceMax", [named(of)], output, { axes: [axes[along]], keepdims: 0 })
      : node("ReduceMax", [named(of), named(along)], output, { keepdims: 0 });
  const cast = { to: dataTypes.float32 };
  const after: Node[] = [
    node("Slice", [name, named("from"), named("to"), named("width_axis")], "own_scores"),
    node("Cast", [named("own_scores")], "scores", cast),
    node("ReduceSum", [named("scores")], "sum", { keepdims: 0 }),
    // One axis after the other: onnxruntime takes twice as long for both at once.
    greatest("scores", "width_axis", "bests"),
    greatest("bests", "batch_axis", "best"),
    // What is no number is not below the floor.
    node("Less", [named("best"), named("floor")], "below"),
    node("Not", [named("below")], "left"),
    node("NonZero", [named("left")], "places"),
    node("Reshape", [named("places"), named("flat")], "indices"),
    node("Gather", [name, named("indices")], "predictions", { axis }),
    node("Cast", [named("indices")], "anchors", cast),
  ];
  return {
    floor: named("floor"),
    tensors: { predictions: [named("predictions")], anchors: [named("anchors")] },
    sum: named("sum"),
    change: {
      dropped: [name],
      inputs: [{ name: named("floor"), type: "float32", dims: [] }],
      outputs: [
        { name: named("predictions"), type: there.type },
        { name: named("anchors"), type: "float32" },
        { name: named("sum"), type: "float32" },
      ],
      after,
      constants: [
        integers("from", [scores[0]]),
        integers("to", [scores[1]]),
        integers("flat", [-1]),
        integers("width_axis", [widthAxis]),
        ...(opset < axesAsInput ? [] : [integers("batch_axis", [0])]),
      ],
    },
  };
}

const node = (
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes: Node["attributes"] = {},
): Node => ({ opType, inputs, output: named(output), attributes });
