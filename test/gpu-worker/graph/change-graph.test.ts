import { expect, test } from "vitest";
import { changed, graphFacts } from "../../../gpu-worker/detector/graph/change-graph.ts";
import { newGraph } from "../../support/onnx/graph.ts";

test("a model's bytes say their inputs without weights, their outputs and the version of the operators", () => {
  const graph = newGraph();
  const image = graph.input("image", "uint8", [1, 4]);
  // Older exporters name weights as inputs, too.
  graph.input(graph.floats([1]), "float32", [1]);
  graph.output("boxes", graph.cast(image, "float32"), "float32", ["batch", 4]);

  expect(graphFacts(graph.encode({}, "test", 13))).toEqual({
    inputs: [{ name: "image", type: "uint8", dims: [1, 4] }],
    outputs: [{ name: "boxes", type: "float32", dims: ["batch", 4] }],
    opset: 13,
  });
});

test("bytes that are no model are an error", () => {
  expect(() => graphFacts(Buffer.from("not a model"))).toThrow(/model|graph|type/i);
  expect(() => graphFacts(new Uint8Array())).toThrow(/no ONNX graph/);
  expect(() => changed(new Uint8Array(), [])).toThrow(/no ONNX graph/);
});
