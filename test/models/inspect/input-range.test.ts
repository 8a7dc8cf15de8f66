import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inputRangeOf } from "../../../models/inspect/input-range.ts";
import { readModel } from "../../../models/onnx/read-model.ts";
import { newGraph, type Graph, type Value } from "../../support/onnx/graph.ts";
import { scratchFolder } from "../../support/scratch-folder.ts";

async function rangeOf(weight: number, steps: (graph: Graph, picture: Value) => Value) {
  const graph = newGraph();
  const picture = graph.input("images", "float32", [1, 3, 64, 64]);
  const weights = graph.floats(
    Array.from({ length: 4 * 3 * 9 }, () => weight),
    [4, 3, 3, 3],
  );
  const features = graph.one("Conv", [steps(graph, picture), weights]);
  graph.output("output0", features, "float32", [1, 4, 62, 62]);
  const path = join(scratchFolder(), "model.onnx");
  writeFileSync(path, graph.encode({}, ""));
  return inputRangeOf(await readModel(path), "images");
}
const plain = (_: Graph, picture: Value) => picture;

test("small first weights are made for 0–255, large ones for 0–1, others say nothing", async () => {
  expect((await rangeOf(0.005, plain)).range).toBe("raw");
  expect((await rangeOf(0.5, plain)).range).toBe("scaled");
  expect((await rangeOf(0.03, plain)).range).toBe("unknown");
});

test("a picture that is only moved about is followed to the first convolution", async () => {
  const range = await rangeOf(0.005, (graph, picture) =>
    graph.transpose(graph.transpose(picture, [0, 2, 3, 1]), [0, 3, 1, 2]),
  );

  expect(range).toMatchObject({ range: "raw", kernel: 3 });
});

test("a graph that scales or normalises by itself says which values it wants", async () => {
  const scaling = await rangeOf(0.5, (graph, picture) =>
    graph.divide(picture, graph.floats([255])),
  );
  const normalising = await rangeOf(0.5, (graph, picture) =>
    graph.subtract(picture, graph.floats([0.485, 0.456, 0.406], [3, 1, 1])),
  );

  expect(scaling).toMatchObject({ range: "raw", isInGraph: true });
  expect(normalising).toMatchObject({ range: "scaled", isInGraph: true });
});
