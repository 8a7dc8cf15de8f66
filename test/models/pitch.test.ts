import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ModelManifest } from "../../contracts/model.ts";

const MODEL_BYTES_MAX = 3 * 1024 * 1024;

const read = (name: string) => readFile(new URL(`../../models/pitch/${name}`, import.meta.url));
const manifest = async () =>
  ModelManifest.parse(JSON.parse((await read("manifest.json")).toString()));

test("the manifest names the bytes of the model beside it, which stay small", async () => {
  const { file } = await manifest();

  const bytes = await read(file.path!);

  expect(bytes.length).toBe(file.size_bytes);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(file.sha256);
  expect(bytes.length).toBeLessThanOrEqual(MODEL_BYTES_MAX);
});

test("the truth numbers every frame of the sample once and keeps its boxes in the picture", async () => {
  const truth = JSON.parse((await read("sample.truth.json")).toString());

  expect(truth.classes).toEqual((await manifest()).classes);
  expect(truth.frames.map((frame: { frame_index: number }) => frame.frame_index)).toEqual(
    Array.from({ length: 24 * truth.fps }, (_, index) => index),
  );
  for (const { boxes } of truth.frames as { boxes: [number, number, number, number, number][] }[]) {
    for (const [classId, x1, y1, x2, y2] of boxes) {
      expect(truth.classes[classId]).toBeDefined();
      expect(0 <= x1 && x1 < x2 && x2 <= truth.width).toBe(true);
      expect(0 <= y1 && y1 < y2 && y2 <= truth.height).toBe(true);
    }
  }
});

test("the truth says of each box whose it is, and nobody is twice in a frame", async () => {
  const truth = JSON.parse((await read("sample.truth.json")).toString());

  const classOf = new Map<number, number>();
  for (const { boxes, ids } of truth.frames as { boxes: number[][]; ids: number[] }[]) {
    expect(ids.length).toBe(boxes.length);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [at, id] of ids.entries()) {
      expect(classOf.get(id) ?? boxes[at]![0]).toBe(boxes[at]![0]);
      classOf.set(id, boxes[at]![0]!);
    }
  }
  // Of 22 players three never come into the picture.
  expect(classOf.size).toBe(20);
});
