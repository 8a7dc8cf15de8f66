import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { PbfWriter } from "pbf";
import { expect, test } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { ModelRefused } from "../../../models/model-refused.ts";
import { readModel } from "../../../models/onnx/read-model.ts";
import { families } from "../../support/onnx/families.ts";
import { encodeModel, type ModelFile } from "../../support/onnx/model-file.ts";
import { seeded } from "../../support/onnx/seeded.ts";
import { scratchFolder } from "../../support/scratch-folder.ts";

const { bytes: v8 } = families.find(({ id }) => id === "ultralytics-v8")!;

function written(bytes: Uint8Array): string {
  const path = join(scratchFolder(), "model.onnx");
  writeFileSync(path, bytes);
  return path;
}

/** What reading these bytes ends in: a refusal, or nothing where they are a model. Any other error fails the test. */
async function refusalOf(bytes: Uint8Array): Promise<ModelRefused | undefined> {
  try {
    await readModel(written(bytes));
    return undefined;
  } catch (error) {
    if (error instanceof ModelRefused) return error;
    throw error;
  }
}

const plain: ModelFile = {
  producer: "somebody",
  metadata: { author: "Ana", names: "{0: 'ball'}" },
  inputs: [
    { name: "images", dtype: "float32", dims: ["batch", 3, 96, 160] },
    { name: "weight", dtype: "float32", dims: [1] },
  ],
  outputs: [{ name: "output0", dtype: "float16", dims: [1, "n", 6] }],
  initializers: [{ name: "weight", dims: [2, 1], data: Float32Array.of(1, 2) }],
  nodes: [
    { op: "Concat", inputs: ["images", "weight"], outputs: ["output0"], attributes: { axis: -1 } },
  ],
};

test("names, types and dimensions of inputs and outputs are read, numbers and names alike", async () => {
  const model = await readModel(written(encodeModel(plain)));

  expect(model).toMatchObject({
    producer: "somebody",
    irVersion: 8,
    opsets: { "": 17 },
    metadata: plain.metadata,
    outputs: [{ name: "output0", type: "float16", dims: [1, "n", 6] }],
    nodes: [{ op: "Concat", inputs: ["images", "weight"], integers: { axis: -1 } }],
  });
});

test("short lists of integers are read with their sign, tables are not", async () => {
  const table = Array.from({ length: 2000 }, (_, index) => index);
  const attributes = { strides: [2, 1], axes: [-1, -2], table };
  const node = { op: "Conv", inputs: ["images"], outputs: ["output0"], attributes };
  const { nodes } = await readModel(written(encodeModel({ ...plain, nodes: [node] })));

  expect(nodes[0]!.integerLists).toEqual({ strides: [2, 1], axes: [-1, -2] });
});

test("an input that has a constant as default is no input", async () => {
  const { inputs, tensors } = await readModel(written(encodeModel(plain)));

  expect(inputs).toEqual([{ name: "images", type: "float32", dims: ["batch", 3, 96, 160] }]);
  expect(tensors.get("weight")).toMatchObject({ type: "float32", dims: [2, 1] });
});

test("every fixture is read", async () => {
  for (const { bytes, manifest } of families) {
    const { inputs } = await readModel(written(bytes));

    expect(inputs.map(({ name }) => name)).toContain(manifest.input.name);
  }
});

test("a gigabyte of weights is skipped, not read", async () => {
  const path = join(scratchFolder(), "large.onnx");
  writeLarge(path, 1024 ** 3);
  const before = process.memoryUsage().rss;

  const { outputs, tensors } = await readModel(path);

  expect(outputs[0]?.name).toBe("output0");
  expect(tensors.get("large")?.dims).toEqual([1024]);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 ** 2);
});

/** A model whose one weight is a hole in the file. */
function writeLarge(path: string, weightBytes: number): void {
  const bytes = Buffer.from(
    encodeModel({ ...plain, initializers: [], inputs: [plain.inputs[0]!] }),
  );
  const graph = fieldOf(bytes, 7);
  const head = new PbfWriter();
  head.writeVarintField(1, 1024);
  head.writeVarintField(2, 1);
  head.writeStringField(8, "large");
  const weight = [Buffer.from(head.finish()), tagAndLength(9, weightBytes)];
  const tensorBytes = weight[0]!.length + weight[1]!.length + weightBytes;
  const initializer = Buffer.concat([tagAndLength(5, tensorBytes), ...weight]);

  const file = openSync(path, "w");
  const start = Buffer.concat([
    bytes.subarray(0, graph.start),
    tagAndLength(7, graph.bytes.length + initializer.length + weightBytes),
    graph.bytes,
    initializer,
  ]);
  writeSync(file, start);
  ftruncateSync(file, start.length + weightBytes);
  writeSync(file, bytes, graph.end, bytes.length - graph.end, start.length + weightBytes);
  closeSync(file);
}

function tagAndLength(field: number, length: number): Buffer {
  const pbf = new PbfWriter();
  pbf.writeVarint((field << 3) | 2);
  pbf.writeVarint(length);
  return Buffer.from(pbf.finish());
}

/** Where a message of the outermost level lies, by its bytes alone. */
function fieldOf(bytes: Buffer, wanted: number) {
  for (let at = 0; at < bytes.length;) {
    const start = at;
    const tag = bytes[at++]!;
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    const end = (tag & 7) === 2 ? at + value : at;
    if (tag >> 3 === wanted) return { start, bytes: bytes.subarray(at, end), end };
    at = end;
  }
  throw new Error("no such field");
}

test("a file that was cut off anywhere is refused, and never understood as a smaller model", async () => {
  // Metadata and the version of the operators come last and may be missing from a whole model.
  const { end } = fieldOf(Buffer.from(v8), 7);
  for (let length = 0; length < end; length += 211) {
    expect((await refusalOf(v8.subarray(0, length)))?.hint).toBeTruthy();
  }
});

test("noise is refused", async () => {
  const random = seeded(1);
  for (let tries = 0; tries < 200; tries++) {
    const noise = Uint8Array.from({ length: 400 }, () => Math.floor(random() * 256));

    expect(await refusalOf(noise)).toBeInstanceOf(ModelRefused);
  }
});

test("flipped bytes give a model or a refusal, no other error and no endless loop", async () => {
  const random = seeded(2);
  for (let tries = 0; tries < 200; tries++) {
    const damaged = Uint8Array.from(v8);
    for (let flips = 0; flips < 5; flips++) {
      damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
    }

    await refusalOf(damaged);
  }
});

test("a length that runs beyond the file, and one of 2^60, are refused", async () => {
  for (const length of [
    [0xff, 0x7f],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
  ]) {
    expect(await refusalOf(Uint8Array.of(8, 8, 0x3a, ...length, 1, 2, 3))).toBeDefined();
  }
});

test("more nodes than any detector has are refused", async () => {
  const nodes = Buffer.alloc(2 * (limits.modelNodesMax + 2));
  for (let at = 0; at < nodes.length; at += 2) nodes[at] = 0x0a;
  const bytes = Buffer.concat([Buffer.of(8, 8), tagAndLength(7, nodes.length), nodes]);

  expect((await refusalOf(bytes))?.message).toContain(`${limits.modelNodesMax} nodes`);
});

test.each([
  ["PK\x03\x04rest", "PyTorch"],
  ["\x80\x02}q\x00", "pickle"],
  ["<!DOCTYPE html><html>", "web page"],
  ["version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS"],
  ["\x1c\x00\x00\x00TFL3", "TensorFlow Lite"],
  ["", "empty"],
])("another file is named for what it is: %j", async (text, word) => {
  const refusal = await refusalOf(Buffer.from(text, "latin1"));

  expect(refusal?.message).toContain(word);
  expect(refusal?.hint).toBeTruthy();
});

test("weights in another file are noticed", async () => {
  const entry = (key: string, value: string, pbf: PbfWriter) =>
    pbf.writeMessage(
      13,
      (_: unknown, to: PbfWriter) => {
        to.writeStringField(1, key);
        to.writeStringField(2, value);
      },
      undefined,
    );
  const tensor = new PbfWriter();
  tensor.writeStringField(8, "elsewhere");
  entry("location", "model.onnx.data", tensor);
  tensor.writeVarintField(14, 1);
  const inside = Buffer.from(tensor.finish());
  const graph = fieldOf(Buffer.from(v8), 7);
  const larger = Buffer.concat([graph.bytes, tagAndLength(5, inside.length), inside]);
  const bytes = Buffer.concat([Buffer.of(8, 8), tagAndLength(7, larger.length), larger]);

  const { externalFiles } = await readModel(written(bytes));

  expect(externalFiles).toEqual(["model.onnx.data"]);
});
