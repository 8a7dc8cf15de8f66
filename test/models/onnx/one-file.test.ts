import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { inOneFile } from "../../../models/onnx/one-file.ts";
import { encodeModel, type Initializer, type ModelFile } from "../../support/onnx/model-file.ts";
import { scratchFolder } from "../../support/scratch-folder.ts";

const [first, second, small]: [Initializer, Initializer, Initializer] = [
  { name: "first", dims: [2, 1], data: Float32Array.of(1, 2) },
  { name: "second", dims: [3], data: BigInt64Array.of(3n, 4n, 5n) },
  { name: "small", dims: [1], data: Float32Array.of(6) },
];
const holding = (...initializers: readonly Initializer[]): ModelFile => ({
  producer: "pytorch",
  metadata: { note: "kept" },
  inputs: [{ name: "images", dtype: "float32", dims: ["batch", 3, 96, 160] }],
  outputs: [{ name: "output0", dtype: "float32", dims: [1, "n", 6] }],
  initializers,
  nodes: [
    { op: "Concat", inputs: ["images", "first"], outputs: ["output0"], attributes: { axis: -1 } },
  ],
});
const location = "model.onnx.data";
const apart = holding({ ...first, elsewhere: { location, offset: "64", length: "8" } }, small, {
  ...second,
  elsewhere: { location, offset: "128" },
});

/** The model as PyTorch writes it: values aligned in a file of their own. */
function written(model: ModelFile, { data = true }: { readonly data?: boolean } = {}): string {
  const path = join(scratchFolder(), "model.onnx");
  writeFileSync(path, encodeModel(model));
  const values = Buffer.alloc(128 + 24);
  Buffer.from(first.data.buffer).copy(values, 64);
  Buffer.from(second.data.buffer).copy(values, 128);
  if (data) writeFileSync(join(dirname(path), location), values);
  return path;
}

test("weights beside the model are brought into it, and the copy goes again", async () => {
  const one = await inOneFile(written(apart));

  expect(readFileSync(one.path).equals(encodeModel(holding(first, small, second)))).toBe(true);
  await one[Symbol.asyncDispose]();
  expect(existsSync(dirname(one.path))).toBe(false);
});

test("a model that has its weights is left where it is, and so is what is no model", async () => {
  const path = written(holding(first, small, second));
  const text = join(scratchFolder(), "text.onnx");
  writeFileSync(text, "no model");

  for (const each of [path, text]) {
    await using one = await inOneFile(each);
    expect(one.path).toBe(each);
  }
  expect(existsSync(path)).toBe(true);
});

test.each([
  ["that are not there", apart, { data: false }, /model\.onnx\.data.*not there/],
  [
    "cut off",
    holding({ ...first, elsewhere: { location, offset: "150", length: "8" } }),
    {},
    /ends before/,
  ],
  [
    "in another folder",
    holding({ ...first, elsewhere: { location: "../secrets", offset: "0", length: "8" } }),
    {},
    /not beside it/,
  ],
])("weights %s are refused, with what to do", async (_, model, files, says) => {
  await expect(inOneFile(written(model, files))).rejects.toMatchObject({
    message: expect.stringMatching(says),
    hint: expect.stringMatching(/\S/),
  });
});
