import { describe, expect, test } from "vitest";
import { BadOutput } from "../../../gpu-worker/detector/decoders/decoder.ts";
import { scrfd } from "../../../gpu-worker/detector/decoders/scrfd.ts";
import { yunet } from "../../../gpu-worker/detector/decoders/yunet.ts";
import { found, tensor } from "./read.ts";

// 64 × 32 has 4 × 2 cells of 16 pixels.
const size = { width: 64, height: 32 };
const scoreMin = [0.3];

describe("yunet", () => {
  const decoder = yunet({ strides: [16] }, size);
  const at = (cell: number, values: number[], width: number, fill = 0) => {
    const all = Array.from({ length: 8 * width }, () => fill);
    all.splice(cell * width, width, ...values);
    return tensor([1, 8, width], all);
  };
  const tensors = {
    classes: at(6, [0.9], 1),
    objectness: at(6, [0.4], 1),
    boxes: at(6, [0.5, 0.25, Math.log(2), 0], 4),
  };

  test("a face lies at its cell plus an offset, its size is an exponential, its score a root", () => {
    // Row 1, column 2: centre (2.5, 1.25) × 16, size (2, 1) × 16, √0.36.
    expect(found(decoder, tensors, { scoreMin })).toEqual([
      { box: [24, 12, 56, 28], score: 0.6, class_id: 0 },
    ]);
  });

  test("scores beyond 0–1 are held there", () => {
    const beyond = { ...tensors, classes: at(6, [1.5], 1), objectness: at(6, [-0.1], 1, 0) };

    expect(found(decoder, { ...beyond, objectness: at(6, [1.2], 1) }, { scoreMin })).toMatchObject([
      { score: 1 },
    ]);
    expect(found(decoder, beyond, { scoreMin })).toEqual([]);
  });

  test.each(["classes", "objectness", "boxes"] as const)("NaN among the %s is an error", (part) => {
    const width = part === "boxes" ? 4 : 1;
    const broken = { ...tensors, [part]: at(6, Array(width).fill(Number.NaN), width) };

    expect(() => found(decoder, broken, { scoreMin })).toThrow(BadOutput);
  });

  test("a level of another size is an error that names both shapes", () => {
    const broken = { ...tensors, boxes: tensor([1, 4, 4], Array(16).fill(0)) };

    expect(() => found(decoder, broken, { scoreMin })).toThrow(/1×4×4.*B×8×4/);
  });
});

describe("scrfd", () => {
  const decoder = scrfd({ strides: [16], anchors_per_cell: 2 }, size);
  const scores = Array.from({ length: 16 }, () => 0).with(13, 0.75);
  const distances = Array.from({ length: 64 }, () => 0);
  distances.splice(13 * 4, 4, 1, 0.5, 0.25, 0.75);

  test.each([
    ["without a batch, as InsightFace exports it", []],
    ["with a batch", [1]],
  ])("a face reaches from its cell's corner to four sides, %s", (_, batch) => {
    const tensors = {
      scores: tensor([...batch, 16, 1], scores),
      boxes: tensor([...batch, 16, 4], distances),
    };

    // Anchor 13 is the second of cell 6: row 1, column 2, at 32, 16.
    expect(found(decoder, tensors, { scoreMin })).toEqual([
      { box: [16, 8, 36, 28], score: 0.75, class_id: 0 },
    ]);
  });

  test.each(["scores", "boxes"] as const)("NaN among the %s is an error", (part) => {
    const tensors = {
      scores: tensor([16, 1], part === "scores" ? scores.with(13, Number.NaN) : scores),
      boxes: tensor([16, 4], part === "boxes" ? distances.with(52, Number.NaN) : distances),
    };

    expect(() => found(decoder, tensors, { scoreMin })).toThrow(BadOutput);
  });

  test("one anchor a cell instead of two is an error that names both shapes", () => {
    const tensors = { scores: tensor([8, 1], scores.slice(0, 8)), boxes: tensor([8, 4], []) };

    expect(() => found(decoder, tensors, { scoreMin })).toThrow(/8×1.*B×16×1/);
  });
});
