import { describe, expect, test } from "vitest";
import { BadOutput } from "../../../gpu-worker/detector/decoders/decoder.ts";
import { nanodet } from "../../../gpu-worker/detector/decoders/nanodet.ts";
import { found, tensor } from "./read.ts";

// Distances of 0 or 1 stride: a distribution over two values. 64 × 32 has 4 × 2 cells of 16 pixels and one of 64 × 64.
const size = { width: 64, height: 32 };
const certain = (distance: 0 | 1): number[] => (distance ? [-100, 100] : [100, -100]);
const evenly = [0, 0];
const strides = [16, 64];

function level(cells: number, at: number, scores: number[], sides: number[]) {
  const allScores = Array.from({ length: cells * 2 }, () => 0);
  const allSides = Array.from({ length: cells * 8 }, () => 0);
  allScores.splice(at * 2, 2, ...scores);
  allSides.splice(at * 8, 8, ...sides);
  return { scores: tensor([1, cells, 2], allScores), distances: tensor([1, cells, 8], allSides) };
}

const fine = level(8, 6, [0.1, 0.8], [...certain(1), ...evenly, ...certain(1), ...certain(0)]);
const coarse = level(1, 0, [0.6, 0], [...certain(0), ...certain(0), ...evenly, ...evenly]);
const apart = {
  scores: [fine.scores, coarse.scores],
  distances: [fine.distances, coarse.distances],
};
const joined = {
  predictions: tensor(
    [1, 9, 10],
    [fine, coarse].flatMap(({ scores, distances }) =>
      Array.from({ length: scores.dims[1]! }, (_, cell) => [
        ...scores.data.subarray(cell * 2, cell * 2 + 2),
        ...distances.data.subarray(cell * 8, cell * 8 + 8),
      ]).flat(),
    ),
  ),
};

describe.each([
  ["each level in tensors of its own", apart],
  ["all levels in one tensor", joined],
])("%s", (_, tensors) => {
  test("NanoDet-Plus measures from the upper left corner of a cell", () => {
    const decoder = nanodet({ strides, reg_max: 1, centre: "corner" }, size, 2);

    // Row 1, column 2 of stride 16 is at 32, 16; half a stride is the mean of 0 and 1.
    expect(found(decoder, tensors)).toEqual([
      { box: [16, 8, 48, 16], score: 0.8, class_id: 1 },
      { box: [0, 0, 32, 32], score: 0.6, class_id: 0 },
    ]);
  });

  test("NanoDet measures from its middle pixel, and cuts off at the edges", () => {
    const decoder = nanodet({ strides, reg_max: 1, centre: "middle" }, size, 2);

    expect(found(decoder, tensors)).toEqual([
      { box: [23.5, 15.5, 55.5, 23.5], score: 0.8, class_id: 1 },
      { box: [31.5, 31.5, 63.5, 32], score: 0.6, class_id: 0 },
    ]);
  });

  test("each class has its own floor", () => {
    const decoder = nanodet({ strides, reg_max: 1, centre: "corner" }, size, 2);

    expect(found(decoder, tensors, { scoreMin: [0.7, 0.3] })).toMatchObject([{ class_id: 1 }]);
  });
});

test.each([
  ["a score", { ...apart, scores: [tensor([1, 8, 2], Array(16).fill(Number.NaN)), coarse.scores] }],
  [
    "a distance",
    { ...apart, distances: [tensor([1, 8, 8], Array(64).fill(Number.NaN)), coarse.distances] },
  ],
])("%s that is no number is an error", (_, tensors) => {
  const decoder = nanodet({ strides, reg_max: 1, centre: "corner" }, size, 2);

  expect(() => found(decoder, tensors)).toThrow(BadOutput);
});

test("other levels than the manifest's are an error that names both shapes", () => {
  const decoder = nanodet({ strides: [16], reg_max: 1, centre: "corner" }, size, 2);

  expect(() => found(decoder, joined)).toThrow(/1×9×10.*B×8×10/);
});
