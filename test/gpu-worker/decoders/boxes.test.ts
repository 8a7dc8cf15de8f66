import { describe, expect, test } from "vitest";
import { boxes } from "../../../gpu-worker/detector/decoders/boxes.ts";
import { BadOutput } from "../../../gpu-worker/detector/decoders/decoder.ts";
import { found, tensor } from "./read.ts";

const size = { width: 64, height: 32 };
const corners = boxes({ format: "xyxy", units: "pixels", class_offset: 0 }, size, 2);
const two = [1, 2, 11, 22, 4, 4, 8, 12];
const expected = [
  { box: [1, 2, 11, 22], score: 0.75, class_id: 1 },
  { box: [4, 4, 8, 12], score: 0.5, class_id: 0 },
];

describe.each([
  ["with a batch", [1]],
  ["without a batch", []],
] as const)("boxes, scores and classes apart, %s", (_, batch) => {
  test("belong together row by row", () => {
    const tensors = {
      boxes: tensor([...batch, 2, 4], two),
      scores: tensor([...batch, 2], [0.75, 0.5]),
      classes: tensor([...batch, 2], [1, 0]),
    };

    expect(found(corners, tensors)).toEqual(expected);
  });
});

test("scores may be the fifth column of the boxes", () => {
  const tensors = {
    boxes: tensor([1, 3, 5], [1, 2, 11, 22, 0.75, 4, 4, 8, 12, 0.5, 0, 0, 9, 9, 0.9]),
    classes: tensor([1, 3], [1, 0, -1]),
  };

  expect(found(corners, tensors)).toEqual(expected);
});

test("without class ids the best of the scores per class counts, background left out", () => {
  const decoder = boxes({ format: "xyxy", units: "pixels", class_offset: 1 }, size, 2);
  const tensors = {
    boxes: tensor([1, 2, 1, 4], two),
    scores: tensor([1, 2, 3], [0.9, 0.1, 0.75, 0.2, 0.5, 0.4]),
  };

  expect(found(decoder, tensors)).toEqual(expected);
});

test.each([
  ["yxyx", [0.0625, 0.25, 0.125, 0.5], [16, 2, 32, 4]],
  ["cxcywh", [0.5, 0.5, 0.25, 0.5], [24, 8, 40, 24]],
  ["xyxy", [0.25, 0.0625, 0.5, 0.125], [16, 2, 32, 4]],
] as const)("%s in parts of the picture, class 1 being the first", (format, given, box) => {
  const decoder = boxes({ format, units: "normalised", class_offset: 1 }, size, 2);
  const tensors = {
    boxes: tensor([1, 2, 4], [...given, ...given]),
    scores: tensor([1, 2], [0.75, 0.75]),
    classes: tensor([1, 2], [2, 0]),
  };

  expect(found(decoder, tensors)).toEqual([{ box, score: 0.75, class_id: 1 }]);
});

test("a count leaves out the padding behind it, picture by picture", () => {
  const tensors = {
    boxes: tensor([2, 2, 4], [...two, ...two]),
    scores: tensor([2, 2], [0.75, 0.5, 0.75, 0.5]),
    classes: tensor([2, 2], [1, 0, 1, 0]),
    count: tensor([2, 1], [2, 1]),
  };

  expect(found(corners, tensors)).toEqual(expected);
  expect(found(corners, tensors, { picture: 1 })).toEqual(expected.slice(0, 1));
});

test("a score of 0 is padding even at a floor of 0", () => {
  const tensors = {
    boxes: tensor([1, 2, 4], two),
    scores: tensor([1, 2], [0.75, 0]),
    classes: tensor([1, 2], [1, 0]),
  };

  expect(found(corners, tensors, { scoreMin: [0, 0] })).toHaveLength(1);
});

test.each([
  ["a corner that is no number", [1, 2, Number.NaN, 22, 4, 4, 8, 12], [0.75, 0.5], [1, 0]],
  ["a score that is no number", two, [Number.NaN, 0.5], [1, 0]],
  ["a class beyond the manifest's", two, [0.75, 0.5], [2, 0]],
  ["fewer scores than boxes", two, [0.75], [1, 0]],
  ["more classes than boxes", two, [0.75, 0.5], [1, 0, 0]],
])("%s is an error", (_, given, scores, classes) => {
  const tensors = {
    boxes: tensor([1, 2, 4], given),
    scores: tensor([1, scores.length], scores),
    classes: tensor([1, classes.length], classes),
  };

  expect(() => found(corners, tensors)).toThrow(BadOutput);
});

test("NaN among the scores per class is an error", () => {
  const tensors = {
    boxes: tensor([1, 1, 4], two.slice(0, 4)),
    scores: tensor([1, 1, 2], [0.75, Number.NaN]),
  };

  expect(() => found(corners, tensors)).toThrow(BadOutput);
});

test("a picture beyond the batch, or without one, is an error", () => {
  const scores = tensor([1, 2], [0.75, 0.5]);
  const classes = tensor([1, 2], [1, 0]);

  expect(() =>
    found(corners, { boxes: tensor([1, 2, 4], two), scores, classes }, { picture: 1 }),
  ).toThrow(/1×2×4/);
  expect(() =>
    found(corners, { boxes: tensor([2, 4], two), scores, classes }, { picture: 1 }),
  ).toThrow(/without a batch/);
});
