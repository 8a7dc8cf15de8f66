import { describe, expect, test } from "vitest";
import { BadOutput } from "../../../gpu-worker/detector/decoders/decoder.ts";
import { rows } from "../../../gpu-worker/detector/decoders/rows.ts";
import { found, tensor } from "./read.ts";

const size = { width: 64, height: 32 };
const plain = { units: "pixels", class_offset: 0 } as const;
const endToEnd = rows({ ...plain, columns: ["x1", "y1", "x2", "y2", "score", "class"] }, size, 2);
const ball = [1, 2, 11, 22, 0.75, 1];
const player = [4, 4, 8, 12, 0.5, 0];
const padding = [0, 0, 0, 0, 0, 0];
const leftover = [1, 2, 3, 4, 0, 1];

test("each row is a finished detection, and padding is none, even at a floor of 0", () => {
  const table = tensor([1, 4, 6], [...ball, ...player, ...padding, ...leftover]);

  expect(found(endToEnd, { rows: table }, { scoreMin: [0, 0] })).toEqual([
    { box: [1, 2, 11, 22], score: 0.75, class_id: 1 },
    { box: [4, 4, 8, 12], score: 0.5, class_id: 0 },
  ]);
});

test("padding of class −1 is none, whatever its score", () => {
  const table = tensor([1, 6], [1, 2, 11, 22, 0.75, -1]);

  expect(found(endToEnd, { rows: table })).toEqual([]);
});

test("normalised corners are parts of the input, and class 1 may be the first", () => {
  const decoder = rows(
    { columns: ["y1", "x1", "y2", "x2", "class", "score"], units: "normalised", class_offset: 1 },
    size,
    2,
  );
  const table = tensor([1, 2, 6], [0.25, 0.5, 0.5, 0.75, 2, 0.75, 0, 0, 1, 1, 0, 0.75]);

  expect(found(decoder, { rows: table })).toEqual([
    { box: [32, 8, 48, 16], score: 0.75, class_id: 1 },
  ]);
});

test("a box may be its centre and size", () => {
  const decoder = rows(
    { columns: ["cx", "cy", "w", "h", "score", "class"], units: "normalised", class_offset: 0 },
    size,
    2,
  );
  const table = tensor([1, 1, 6], [0.5, 0.5, 0.25, 0.5, 0.75, 1]);

  expect(found(decoder, { rows: table })).toEqual([
    { box: [24, 8, 40, 24], score: 0.75, class_id: 1 },
  ]);
});

describe("which picture a row belongs to", () => {
  test("says its place in a batch", () => {
    const table = tensor([2, 1, 6], [...ball, ...player]);

    expect(found(endToEnd, { rows: table }, { picture: 1 })).toMatchObject([{ class_id: 0 }]);
    expect(() => found(endToEnd, { rows: table }, { picture: 2 })).toThrow(BadOutput);
  });

  test("says its batch column", () => {
    const decoder = rows(
      { ...plain, columns: ["batch", "x1", "y1", "x2", "y2", "class", "score"] },
      size,
      2,
    );
    const table = tensor([2, 7], [1, 1, 2, 11, 22, 1, 0.75, 0, 4, 4, 8, 12, 0, 0.5]);

    expect(found(decoder, { rows: table })).toMatchObject([{ class_id: 0 }]);
    expect(found(decoder, { rows: table }, { picture: 1 })).toMatchObject([{ class_id: 1 }]);
  });

  test("says a count for each picture, one after the other", () => {
    const table = tensor([3, 6], [...ball, ...player, ...player]);
    const count = tensor([2], [1, 1]);

    expect(found(endToEnd, { rows: table, count })).toMatchObject([{ class_id: 1 }]);
    expect(found(endToEnd, { rows: table, count }, { picture: 1 })).toMatchObject([
      { class_id: 0 },
    ]);
  });

  test("must be said where there are several pictures", () => {
    const table = tensor([1, 6], ball);

    expect(() => found(endToEnd, { rows: table }, { picture: 1 })).toThrow(/without a batch/);
  });
});

test("rows beyond the count of a padded table are none", () => {
  const table = tensor([1, 2, 6], [...ball, ...player]);

  expect(found(endToEnd, { rows: table, count: tensor([1, 1], [1]) })).toHaveLength(1);
  expect(() => found(endToEnd, { rows: table, count: tensor([1], [3]) })).toThrow(BadOutput);
  expect(() => found(endToEnd, { rows: table, count: tensor([1], [0.5]) })).toThrow(BadOutput);
});

test.each([
  ["a class beyond the manifest's", [1, 2, 11, 22, 0.75, 2], /class 2.*0 to 1/],
  [
    "a class that is a fraction, as where columns are swapped",
    [1, 2, 11, 22, 1, 0.75],
    /class 0.75/,
  ],
  ["a corner that is no number", [1, Number.NaN, 11, 22, 0.75, 1], /not numbers/],
  ["a score that is no number", [1, 2, 11, 22, Number.NaN, 1], /not numbers/],
  ["an infinite score", [1, 2, 11, 22, Infinity, 1], /not numbers/],
])("%s is an error", (_, row, says) => {
  expect(() => found(endToEnd, { rows: tensor([1, 6], row) })).toThrow(says);
});

test("another number of columns is an error that names both shapes", () => {
  const table = tensor([1, 1, 7], [0, ...ball]);

  expect(() => found(endToEnd, { rows: table })).toThrow(/1×1×7.*B×N×6 or N×6/);
});

test("a manifest that leaves out a column is refused", () => {
  expect(() => rows({ ...plain, columns: ["x1", "y1", "x2", "y2", "class"] }, size, 2)).toThrow(
    /x1, y1, x2, y2, score/,
  );
  expect(() => rows({ ...plain, columns: ["cx", "cy", "w", "score", "class"] }, size, 2)).toThrow(
    /cx, cy, w, h, score/,
  );
});
