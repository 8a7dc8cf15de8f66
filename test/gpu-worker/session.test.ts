import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ModelInput } from "../../contracts/model.ts";
import { ModelOutput } from "../../contracts/model-output.ts";
import { noFloors } from "../../gpu-worker/detector/decoders/decoder.ts";
import { frameBytesOf } from "../../gpu-worker/detector/pixel-layout.ts";
import { openSession } from "../../gpu-worker/detector/session.ts";
import { builtInManifests } from "../../models/catalog.ts";

import { newGraph } from "../support/onnx/graph.ts";

const [pitch] = builtInManifests;
const size = { width: 8, height: 8 };

interface Answer {
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

/** A session of a model that always answers the same. */
async function answering(
  answers: Readonly<Record<string, Answer>>,
  output: object,
  {
    name = "images",
    extra,
  }: { name?: string; extra?: ModelInput["extras"][number] & { dims: readonly number[] } } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "framequeue-session-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const graph = newGraph();
  graph.input("images", "float32", [1, 3, size.height, size.width]);
  if (extra) graph.input(extra.name, extra.dtype, extra.dims);
  for (const [name, { dims, values }] of Object.entries(answers)) {
    graph.output(name, graph.floats(values, dims), "float32", dims);
  }
  const modelPath = join(folder, "model.onnx");
  writeFileSync(modelPath, graph.encode({}, "test"));
  const manifest = {
    ...pitch!,
    classes: ["player", "ball"],
    input: {
      ...pitch!.input,
      ...size,
      name,
      layout: "NCHW" as const,
      ...(extra && { extras: [extra] }),
    },
    output: ModelOutput.parse(output),
  };
  const setup = { manifest, modelPath, provider: "cpu", batch: 1, threadsPerRun: 1 } as const;
  const session = await openSession(setup);
  const frame = new Uint8Array(frameBytesOf(manifest.input));
  return { session, frame, none: noFloors(manifest.classes.length) };
}

const zeros = (...dims: number[]): Answer => ({
  dims,
  values: Array.from({ length: dims.reduce((product, dim) => product * dim, 1) }, () => 0),
});

test("what a run answers takes no memory once its detections are read", async () => {
  const { session, frame, none } = await answering(
    { logits: zeros(1, 20_000, 3), boxes: zeros(1, 20_000, 4) },
    {
      decoder: "detr",
      tensors: { logits: "logits", boxes: "boxes" },
      activation: "sigmoid",
      class_offset: 0,
    },
  );
  const [first] = await session.detect([frame], none);
  const { arrayBuffers } = process.memoryUsage();

  // The answers of these together are 17 MB, of which V8 would keep all for now.
  for (let run = 0; run < 30; run++) {
    expect(await session.detect([frame], none)).toEqual([first]);
  }

  expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(2_000_000);
});

test("a score that is no number is an error, whatever the floors", async () => {
  const out = zeros(1, 6, 40);
  const values = out.values.with(5 * 40 + 3, Number.NaN);
  const { session, frame, none } = await answering(
    { out: { ...out, values } },
    { decoder: "yolo-v8", tensors: { predictions: "out" } },
  );

  await expect(session.detect([frame], none)).rejects.toThrow(/not numbers/);
});

describe("another input is fed in the shape that the graph is fixed to", () => {
  test.each([
    ["a mask of its own size", { value: "mask", dims: [1, 64, 64] }],
    ["a size without a batch", { value: "size-wh", dims: [2] }],
  ] as const)("%s", async (_, { value, dims }) => {
    const { session, frame, none } = await answering(
      { out: zeros(1, 6, 40) },
      { decoder: "yolo-v8", tensors: { predictions: "out" } },
      { extra: { name: "extra", value, dtype: "int64", dims } },
    );

    await expect(session.detect([frame], none)).resolves.toEqual([new Float32Array()]);
  });
});

describe("a model is refused with what it has, where it has not what its manifest names", () => {
  const output = { decoder: "yolo-v8", tensors: { predictions: "output0" } };

  test("an output", async () => {
    await expect(answering({ out: zeros(1, 6, 40) }, output)).rejects.toThrow(
      /no output "output0"; it has out/,
    );
  });

  test("an input", async () => {
    await expect(
      answering({ output0: zeros(1, 6, 40) }, output, { name: "pictures" }),
    ).rejects.toThrow(/no input "pictures"; it has images/);
  });
});
