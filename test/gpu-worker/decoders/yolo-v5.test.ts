import { expect, test } from "vitest";
import { BadOutput } from "../../../gpu-worker/detector/decoders/decoder.ts";
import { yoloV5 } from "../../../gpu-worker/detector/decoders/yolo-v5.ts";
import { found, tensor } from "./read.ts";

const input = { width: 200, height: 100 };
const decoder = yoloV5({ units: "pixels" }, input, 2);
const ball = [20, 30, 8, 16, 0.9, 0.1, 0.8];
const nothing = [50, 50, 4, 4, 0.1, 0.9, 0.9];
const player = [10, 12, 2, 4, 0.5, 1, 0.2];

test("a box is centre and size in pixels, its score objectness times its best class", () => {
  const predictions = tensor([1, 3, 7], [...ball, ...nothing, ...player]);

  expect(found(decoder, { predictions })).toEqual([
    { box: [16, 22, 24, 38], score: 0.72, class_id: 1 },
    { box: [9, 10, 11, 14], score: 0.5, class_id: 0 },
  ]);
});

test("boxes that are parts of the picture become pixels", () => {
  const normalised = yoloV5({ units: "normalised" }, input, 2);
  const predictions = tensor([1, 1, 7], [0.5, 0.5, 0.25, 0.5, 0.5, 1, 0.2]);

  expect(found(normalised, { predictions })).toEqual([
    { box: [75, 25, 125, 75], score: 0.5, class_id: 0 },
  ]);
});

test("the second picture of a batch has its own boxes", () => {
  const predictions = tensor([2, 1, 7], [...ball, ...player]);

  expect(found(decoder, { predictions }, { picture: 1 })).toEqual([
    { box: [9, 10, 11, 14], score: 0.5, class_id: 0 },
  ]);
  expect(() => found(decoder, { predictions }, { picture: 2 })).toThrow(BadOutput);
});

test("each class has its own floor", () => {
  const predictions = tensor([1, 2, 7], [...ball, ...player]);

  expect(found(decoder, { predictions }, { scoreMin: [0.6, 0.3] })).toMatchObject([
    { class_id: 1 },
  ]);
  expect(found(decoder, { predictions }, { scoreMin: [0.3, Infinity] })).toMatchObject([
    { class_id: 0 },
  ]);
});

test("a box without an area is none", () => {
  const flat = [20, 30, 8, 0, 0.9, 0.1, 0.8];

  expect(found(decoder, { predictions: tensor([1, 1, 7], flat) })).toEqual([]);
});

test.each([
  ["a centre", 0, Number.NaN],
  ["a size", 3, Infinity],
  ["the objectness", 4, Number.NaN],
  ["an infinite objectness", 4, Infinity],
])("%s that is no number is an error", (_, column, value) => {
  const row = [...ball];
  row[column] = value;

  expect(() => found(decoder, { predictions: tensor([1, 1, 7], row) })).toThrow(BadOutput);
});

test("another number of classes is an error that names both shapes", () => {
  const predictions = tensor([1, 1, 8], [...ball, 0]);

  expect(() => found(decoder, { predictions })).toThrow(/1×1×8.*B×A×7/);
});
