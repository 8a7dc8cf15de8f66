import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { float16, readTensor } from "../../../models/onnx/tensor-values.ts";
import type { GraphTensor } from "../../../models/onnx/graph.ts";
import { scratchFolder } from "../../support/scratch-folder.ts";

async function valuesOf(bytes: Uint8Array, tensor: Partial<GraphTensor>) {
  const path = join(scratchFolder(), "bytes");
  // Something in front, so that a wrong start is found out.
  writeFileSync(path, Buffer.concat([Buffer.of(9, 9, 9), bytes]));
  const facts = { type: "float32", dims: [], encoding: "raw", ...tensor } as const;
  return readTensor({ path }, { ...facts, start: 3, end: 3 + bytes.length });
}

test("floats, halves and whole numbers are read from where they lie", async () => {
  const floats = new Uint8Array(Float32Array.of(1.5, -2).buffer);
  const whole = new Uint8Array(BigInt64Array.of(-7n, 80n).buffer);

  expect(await valuesOf(floats, {})).toEqual([1.5, -2]);
  expect(await valuesOf(whole, { type: "int64" })).toEqual([-7, 80]);
  expect(await valuesOf(Uint8Array.of(0x00, 0x3c, 0x00, 0xb8), { type: "float16" })).toEqual([
    1, -0.5,
  ]);
});

test("packed integers are read with their sign", async () => {
  const minusOne = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];

  expect(
    await valuesOf(Uint8Array.of(0xac, 0x02, ...minusOne), { type: "int64", encoding: "varints" }),
  ).toEqual([300, -1]);
});

test("what is large, missing or of half an element is left alone", async () => {
  expect(await valuesOf(new Uint8Array(0), {})).toBeUndefined();
  expect(await valuesOf(new Uint8Array(6), {})).toBeUndefined();
  expect(await valuesOf(new Uint8Array(2 * 1024 * 1024), {})).toBeUndefined();
});

test("half precision has its zero, its smallest and its infinity", () => {
  expect([0, 1, 0x7c00, 0xfc00].map(float16)).toEqual([0, 2 ** -24, Infinity, -Infinity]);
});
