import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import type { ModelInput } from "../../../contracts/model.ts";
import { changed } from "../../../gpu-worker/detector/graph/change-graph.ts";
import { foldFocus } from "../../../gpu-worker/detector/graph/fold-focus.ts";
import { newGraph, type Graph, type Value } from "../../support/onnx/graph.ts";
import { seeded } from "../../support/onnx/seeded.ts";
import { smallInput } from "../support/decoded.ts";
import { referenceData } from "../support/reference-data.ts";

const size = { width: 12, height: 8 };
const input: ModelInput = {
  ...smallInput,
  ...size,
  name: "images",
  dtype: "float32",
  layout: "NCHW",
};
const toTheEnd = Number.MAX_SAFE_INTEGER;
const outputChannels = 6;
/** As the exporters of YOLOX and YOLOv5 write them. */
const usual = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

type Start = readonly [row: number, column: number];

const slice = (
  graph: Graph,
  from: Value,
  starts: readonly number[],
  axes: readonly number[],
  { end = toTheEnd, step = 2 } = {},
): Value => {
  const each = (value: number) => graph.integers(axes.map(() => value));
  return graph.one("Slice", [
    from,
    graph.integers(starts),
    each(end),
    graph.integers(axes),
    each(step),
  ]);
};
/** Rows first, then columns, as torch exports `x[..., a::2, b::2]`. */
const twice =
  (how: Parameters<typeof slice>[4] = {}) =>
  (graph: Graph, from: Value, [row, column]: Start): Value =>
    slice(graph, slice(graph, from, [row], [2], how), [column], [3], how);
const atOnce = (graph: Graph, from: Value, [row, column]: Start): Value =>
  slice(graph, from, [column, row], [-1, -2]);

interface Layer {
  readonly phases?: readonly Start[];
  readonly phase?: (graph: Graph, from: Value, start: Start) => Value;
  readonly axis?: number;
  readonly kernel?: readonly [number, number];
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
  readonly bias?: boolean;
  /** What is an output of the graph, too. */
  readonly seen?: "a phase" | "the phases";
}

/** A graph that begins with such a layer. */
function beginning({
  phases = usual,
  phase = twice(),
  axis = 1,
  kernel: [height, width] = [3, 3],
  attributes = { strides: [1, 1], pads: [1, 1, 1, 1] },
  bias = true,
  seen,
}: Layer = {}): Uint8Array {
  const random = seeded(5);
  const graph = newGraph();
  const floats = (count: number, dims: readonly number[]) =>
    graph.floats(
      Array.from({ length: count }, () => random() - 0.5),
      dims,
    );
  const images = graph.input("images", "float32", [1, 3, size.height, size.width]);
  const parts = phases.map((start) => phase(graph, images, start));
  const stacked = graph.concat(parts, axis);
  const channels = 3 * phases.length;
  const group = Number(attributes["group"] ?? 1);
  const weights = floats((outputChannels * channels * height * width) / group, [
    outputChannels,
    channels / group,
    height,
    width,
  ]);
  const terms = bias ? [floats(outputChannels, [outputChannels])] : [];
  const made = graph.one("Conv", [stacked, weights, ...terms], attributes);
  graph.output("out", made, "float32", ["n", "c", "h", "w"]);
  const model = graph.encode({}, "test");
  if (seen === undefined) return model;
  const name = seen === "a phase" ? parts[0]! : stacked;
  return changed(model, [{ outputs: [{ name, type: "float32" }] }]);
}

const pixels = Float32Array.from({ length: 3 * size.width * size.height }, (_, at) => {
  return ((at * 7919) % 251) - 100;
});

async function answers(model: Uint8Array): Promise<Record<string, Tensor>> {
  const session = await InferenceSession.create(model, { logSeverityLevel: 4 });
  const dims = [1, 3, size.height, size.width];
  return session.run({ images: new Tensor("float32", pixels, dims) });
}

const closeTo = ({ data }: Tensor) =>
  Array.from(data as Float32Array, (value) => expect.closeTo(value, 3));

describe("one convolution of the picture gives what the phases and theirs gave", () => {
  test.each<[string, Layer]>([
    ["in two steps", {}],
    ["in one step, axes from the end", { phase: atOnce, axis: -3 }],
    ["in another order", { phases: [usual[3], usual[0], usual[2], usual[1]] }],
    ["without bias", { bias: false }],
    [
      "with an uneven kernel, steps and padding",
      { kernel: [5, 3], attributes: { strides: [2, 1], pads: [2, 0, 1, 1], dilations: [1, 1] } },
    ],
    ["with a phase that something else needs, too", { seen: "a phase" }],
  ])("%s", async (_, layer) => {
    const model = beginning(layer);
    const change = foldFocus(model, input);
    const folded = changed(model, [change!]);
    const [before, after] = [await answers(model), await answers(folded)];

    expect(change?.unmade?.length).toBeGreaterThan(4);
    expect(after["out"]!.dims).toEqual(before["out"]!.dims);
    expect(Array.from(after["out"]!.data as Float32Array)).toEqual(closeTo(before["out"]!));
    expect(Object.keys(after)).toEqual(Object.keys(before));
  });
});

describe("a graph stays as it is", () => {
  test.each<[string, Layer, Partial<ModelInput>?]>([
    ["that takes pixel by pixel", {}, { layout: "NHWC" }],
    ["that takes half floats", {}, { dtype: "float16" }],
    ["that takes one phase twice", { phases: [usual[0], usual[0], usual[2], usual[1]] }],
    ["of three phases", { phases: usual.slice(0, 3) }],
    ["whose slices end before the picture", { phase: twice({ end: 6 }) }],
    ["whose slices take every row", { phase: twice({ step: 1 }) }],
    ["whose kernel has gaps", { attributes: { pads: [2, 2, 2, 2], dilations: [2, 2] } }],
    ["whose channels are in groups", { attributes: { pads: [1, 1, 1, 1], group: 3 } }],
    ["whose padding is left to the sizes", { attributes: {} }],
    ["whose phases something else needs", { seen: "the phases" }],
  ])("%s", (_, layer, differences) => {
    expect(foldFocus(beginning(layer), { ...input, ...differences })).toBeUndefined();
  });

  test("that has no such layer", () => {
    const graph = newGraph();
    const images = graph.input("images", "float32", [1, 3, size.height, size.width]);
    graph.output("out", graph.add(images, 1), "float32", [1, 3, size.height, size.width]);

    expect(foldFocus(graph.encode({}, "test"), input)).toBeUndefined();
  });
});

describe.skipIf(!referenceData)("real models", () => {
  test.each([
    ["yolox_nano_416_kazuhito.onnx", "images", 416, 10],
    ["yolox_nano_640.onnx", "images", 640, 10],
    ["nanodet_m_416.onnx", "input.1", 416, 0],
  ])("%s", (file, name, side, nodes) => {
    const change = foldFocus(readFileSync(join(referenceData!, "models", file)), {
      ...input,
      name,
      width: side,
      height: side,
    });
    expect(change?.unmade?.length ?? 0).toBe(nodes);
  });
});
