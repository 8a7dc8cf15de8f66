import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inspectModel } from "../../../../models/inspect/inspect-model.ts";
import { pictureValues, float16Bits } from "../../../../models/inspect/probe/picture.ts";
import { probeIn } from "../../../../models/inspect/probe/run-probe.ts";
import { float16 } from "../../../../models/onnx/tensor-values.ts";
import { families } from "../../../support/onnx/families.ts";
import { writeFamily } from "../../../support/onnx/family.ts";
import { newGraph } from "../../../support/onnx/graph.ts";
import { scratchFolder } from "../../../support/scratch-folder.ts";

const feed = {
  name: "images",
  type: "float32",
  dims: [1, 3, 96, 160],
  fill: { picture: "noise", top: 1, channelsLast: false },
} as const;

test("a model is run in a process of its own, and its numbers come back", async () => {
  const family = families.find(({ id }) => id === "ultralytics-v8")!;
  const path = writeFamily(scratchFolder(), family);

  const reply = await probeIn(new AbortController().signal)({ path, runs: [[feed]] });

  expect(reply).toMatchObject({ runs: [{ output0: { dims: [1, 7, 315] } }] });
});

test("a file that onnxruntime cannot load is a failed load, with its words", async () => {
  const path = join(scratchFolder(), "model.onnx");
  writeFileSync(path, "no model");

  const reply = await probeIn(new AbortController().signal)({ path, runs: [] });

  expect(reply).toMatchObject({ failed: "load", message: expect.any(String) });
});

test("an abort ends the run", async () => {
  const stop = new AbortController();
  const running = probeIn(stop.signal)({ path: "/nowhere", runs: [] });

  stop.abort(new Error("enough"));

  await expect(running).rejects.toThrow("enough");
});

test("a model that fails on its input is refused with the runtime's reason and a hint", async () => {
  const graph = newGraph();
  const picture = graph.input("images", "float32", [1, 3, 64, 64]);
  graph.output("output0", graph.reshape(picture, [1, 7, 11]), "float32", [1, 7, 11]);
  const path = join(scratchFolder(), "model.onnx");
  writeFileSync(path, graph.encode({}, ""));

  await expect(inspectModel(path)).rejects.toMatchObject({
    message: expect.stringContaining("onnxruntime cannot"),
    hint: expect.stringContaining("Export it again"),
  });
});

test("the noise gives every block of each channel its own level, the same each time", () => {
  const fill = { picture: "noise", top: 255, channelsLast: false } as const;

  const first = pictureValues([1, 3, 64, 64], fill);

  expect(pictureValues([1, 3, 64, 64], fill)).toEqual(first);
  expect(new Set(first).size).toBe(3 * 16);
  expect(Math.max(...first)).toBeLessThanOrEqual(255);
  expect(Math.max(...first)).toBeGreaterThan(200);
});

test("channels last are the same picture in another order", () => {
  const planar = pictureValues([1, 3, 32, 48], { picture: "noise", top: 1, channelsLast: false });
  const packed = pictureValues([1, 32, 48, 3], { picture: "noise", top: 1, channelsLast: true });

  const repacked = planar.map((_, at) => planar[(at % 3) * 32 * 48 + Math.floor(at / 3)]!);
  expect(packed).toEqual(repacked);
});

test("halves are what float16 reads back", () => {
  for (const value of [0, 0.447, 1, 114, 255]) {
    expect(float16(float16Bits(value))).toBeCloseTo(value, value > 2 ? 0 : 2);
  }
});
