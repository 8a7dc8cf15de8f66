import type { ModelInput } from "../../../contracts/model.ts";
import type { Graph, Value } from "./graph.ts";
import { seeded } from "./seeded.ts";

/** What a head says at each of its A anchors, all cells of one level after those of the level before. */
export interface Cells {
  /** B × channels × A: numbers around 0, random functions of the picture's colours there. */
  readonly raw: Value;
  /** B × 1 × A: the middle of the anchor's cell and its stride, in pixels of the input. */
  readonly x: Value;
  readonly y: Value;
  readonly stride: Value;
}

/** The picture as float32 NCHW, whatever the graph takes. */
export function pictureOf(
  graph: Graph,
  { name, layout, dtype, width, height, batch }: ModelInput,
  dims?: readonly (number | string)[],
): Value {
  const count = batch === "dynamic" ? "batch" : batch;
  const plain = {
    NCHW: [count, 3, height, width],
    NHWC: [count, height, width, 3],
    CHW: [3, height, width],
    HWC: [height, width, 3],
  }[layout];
  let picture = graph.input(name, dtype, dims ?? plain);
  if (dtype !== "float32") picture = graph.cast(picture, "float32");
  if (layout === "CHW" || layout === "HWC") picture = graph.unsqueeze(picture, 0);
  return layout.endsWith("C") ? graph.transpose(picture, [0, 3, 1, 2]) : picture;
}

/** Random weights on the mean colour of each cell: the smallest head that looks at the picture. */
export function cellsOf(
  graph: Graph,
  picture: Value,
  {
    input,
    strides,
    channels,
    seed,
  }: {
    readonly input: ModelInput;
    readonly strides: readonly number[];
    readonly channels: number;
    readonly seed: number;
  },
): Cells {
  const random = seeded(seed);
  const levels = strides.map((stride) => {
    const pooled = graph.one("AveragePool", [picture], {
      kernel_shape: [stride, stride],
      strides: [stride, stride],
      ceil_mode: 1,
    });
    const { weights, bias } = randomWeights(input, channels, random);
    const raw = graph.one("Conv", [
      pooled,
      graph.floats(weights, [channels, 3, 1, 1]),
      graph.floats(bias),
    ]);
    const ones = graph.add(graph.multiply(graph.slice(pooled, 1, 0, 1), 0), 1);
    const middle = (axis: number) =>
      graph.multiply(
        graph.add(graph.one("CumSum", [ones, graph.integers([axis], [])]), -0.5),
        stride,
      );
    const flat = (value: Value, count: number) => graph.reshape(value, [0, count, -1]);
    return {
      raw: flat(raw, channels),
      x: flat(middle(3), 1),
      y: flat(middle(2), 1),
      stride: flat(graph.multiply(ones, stride), 1),
    };
  });
  const joined = (part: keyof Cells) =>
    levels.length === 1
      ? levels[0]![part]
      : graph.concat(
          levels.map((level) => level[part]),
          2,
        );
  return { raw: joined("raw"), x: joined("x"), y: joined("y"), stride: joined("stride") };
}

/** Weights for values as the manifest scales them, so that another scale, mean or order of channels gives other numbers. */
function randomWeights(input: ModelInput, channels: number, random: () => number) {
  const { scale, mean, std } =
    input.dtype === "uint8" ? { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] } : input;
  const weights: number[] = [];
  const bias: number[] = [];
  for (let channel = 0; channel < channels; channel++) {
    let offset = random() - 0.5;
    for (let colour = 0; colour < 3; colour++) {
      const range = (255 * scale) / std[colour]!;
      const weight = ((random() - 0.5) * 10) / range;
      weights.push(weight);
      offset -= (weight * (127.5 * scale - mean[colour]!)) / std[colour]!;
    }
    bias.push(offset);
  }
  return { weights, bias };
}
