import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { ModelOutput } from "../../../contracts/model-output.ts";
import { candidatesFor } from "../../../gpu-worker/detector/boxes.ts";
import { decoderFor } from "../../../gpu-worker/detector/decoders/decoder-for.ts";
import type { OutputTensors } from "../../../gpu-worker/detector/decoders/decoder.ts";
import { changed, graphFacts } from "../../../gpu-worker/detector/graph/change-graph.ts";
import { foldOutput } from "../../../gpu-worker/detector/graph/fold-output.ts";
import { outputTensor } from "../../../gpu-worker/detector/output-tensor.ts";
import { builtInManifests } from "../../../models/catalog.ts";
import { newGraph } from "../../support/onnx/graph.ts";
import type { Dimension } from "../../support/onnx/model-file.ts";
import { seeded } from "../../support/onnx/seeded.ts";

const input = { ...builtInManifests[0]!.input, width: 64, height: 32 };
const classes = ["player", "ball", "referee"];
/** 8 × 4 cells of 8 pixels, 4 × 2 of 16, 2 × 1 of 32. */
const anchors = 42;
const floor = Math.fround(0.8);
const floors = { scoreMin: new Float32Array(classes.length).fill(floor), scoreMinAny: floor };

const outputs = {
  yolox: { decoder: "yolox", tensors: { predictions: "out" } },
  "yolo-v5": { decoder: "yolo-v5", tensors: { predictions: "out" } },
  "yolo-v8": { decoder: "yolo-v8", tensors: { predictions: "out" } },
  nanodet: { decoder: "nanodet", tensors: { predictions: "out" }, strides: [8], centre: "corner" },
} as const;
const manifestOf = (decoder: keyof typeof outputs) => ({
  input,
  classes,
  output: ModelOutput.parse(outputs[decoder]),
});

type Dtype = "float32" | "float16";

/** A graph that answers with what it is given. */
function echo(dims: readonly Dimension[], dtype: Dtype, opset: number): Uint8Array {
  const graph = newGraph();
  const given = graph.input("given", "float32", dims);
  graph.output("out", dtype === "float16" ? graph.cast(given, dtype) : given, dtype, dims);
  return graph.encode({}, "test", opset);
}

async function run(
  model: Uint8Array,
  feeds: InferenceSession.FeedsType,
): Promise<Record<string, Tensor>> {
  const session = await InferenceSession.create(model);
  return session.run(feeds);
}

/** The candidates of each picture. */
function candidates(
  manifest: ReturnType<typeof manifestOf>,
  tensors: OutputTensors,
  pictures: number,
) {
  const decode = decoderFor({ ...builtInManifests[0]!, ...manifest });
  return Array.from({ length: pictures }, (_, picture) => {
    const { count, ...columns } = candidatesFor(1);
    const into = { count, ...columns };
    decode(tensors, picture, floors, into);
    return Array.from({ length: into.count }, (_, at) =>
      (["x1", "y1", "x2", "y2", "score", "classId"] as const).map((column) => into[column][at]),
    );
  });
}

describe("boxes are those of all anchors, bit for bit", () => {
  test.each([
    ["yolox", [1, anchors, 8], "float32", 17],
    ["yolox", [2, anchors, 8], "float32", 18],
    ["yolo-v5", [1, 100, 8], "float32", 17],
    ["yolo-v5", [3, 100, 8], "float16", 11],
    ["yolo-v8", [1, 7, 300], "float32", 17],
    ["yolo-v8", [1, 7, 300], "float16", 18],
    ["yolo-v8", [3, 7, 300], "float32", 21],
    // As many anchors as values of each.
    ["yolo-v8", [2, 7, 7], "float32", 13],
  ] as const)("of %s, %j of %s, operators %i", async (decoder, dims, dtype, opset) => {
    const manifest = manifestOf(decoder);
    const [batch] = dims;
    const model = echo(["batch", dims[1], dims[2]], dtype, opset);
    const random = seeded(opset);
    // Of objectness and class the product is to reach the floor now and then.
    const value = () => (decoder === "yolo-v8" ? random() : random() ** 0.3);
    const size = dims[0] * dims[1] * dims[2];
    const given = new Tensor("float32", Float32Array.from({ length: size }, value), dims);

    const whole = await run(model, { given });
    const fold = foldOutput(graphFacts(model), manifest)!;
    const least = new Tensor("float32", Float32Array.of(floor), []);
    const less = await run(changed(model, [fold.change]), { given, [fold.floor]: least });

    const expected = candidates(manifest, { predictions: [outputTensor(whole["out"])] }, batch);
    const left = Object.fromEntries(
      Object.entries(fold.tensors).map(([part, [name]]) => [part, [outputTensor(less[name])]]),
    );
    expect(candidates(manifest, left, batch)).toEqual(expected);
    expect(expected.flat().length).toBeGreaterThan(3);
    expect(left["predictions"]![0]!.data.length).toBeLessThan(size);
    expect(less[fold.sum]!.data[0]).toBeGreaterThan(0);
  });
});

describe("what is no number is not lost", () => {
  test.each([
    ["yolox", [1, anchors, 8], 4],
    ["yolo-v8", [1, 7, 300], 5 * 300 + 17],
    ["yolo-v8", [2, 7, 300], 7 * 300 + 4 * 300],
  ] as const)("of %s, %j, one at %i", async (decoder, dims, at) => {
    const model = echo(["batch", dims[1], dims[2]], "float32", 17);
    const values = new Float32Array(dims[0] * dims[1] * dims[2]);
    values[at] = Number.NaN;
    const fold = foldOutput(graphFacts(model), manifestOf(decoder))!;

    const answers = await run(changed(model, [fold.change]), {
      given: new Tensor("float32", values, dims),
      [fold.floor]: new Tensor("float32", Float32Array.of(floor), []),
    });

    expect(answers[fold.sum]!.data[0]).toBeNaN();
  });
});

test("where no anchor reaches the floor, nothing is left", async () => {
  const model = echo([1, anchors, 8], "float32", 17);
  const fold = foldOutput(graphFacts(model), manifestOf("yolox"))!;
  const answers = await run(changed(model, [fold.change]), {
    given: new Tensor("float32", new Float32Array(anchors * 8), [1, anchors, 8]),
    [fold.floor]: new Tensor("float32", Float32Array.of(Infinity), []),
  });

  expect(answers[fold.tensors.predictions[0]]!.dims).toEqual([1, 0, 8]);
});

test.each([
  ["another number of anchors than the input has cells", "yolox", [1, 41, 8], 17],
  ["another width than the classes take", "yolo-v5", [1, 100, 9], 17],
  ["anchors first, which the decoder tells by its sizes", "yolo-v8", [1, 300, 7], 17],
  ["a size that is not known", "yolo-v8", [1, "width", 300], 17],
  ["operators that are too old", "yolo-v8", [1, 7, 300], 9],
  ["a decoder of another kind", "nanodet", [1, 32, 35], 17],
] as const)("the graph stays as it is: %s", (_, decoder, dims, opset) => {
  const facts = graphFacts(echo(dims, "float32", opset));

  expect(foldOutput(facts, manifestOf(decoder))).toBeUndefined();
});
