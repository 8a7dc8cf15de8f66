import { describe, expect, test } from "vitest";
import { BadOutput } from "../../../gpu-worker/detector/decoders/decoder.ts";
import { detr } from "../../../gpu-worker/detector/decoders/detr.ts";
import { found, tensor } from "./read.ts";

const size = { width: 64, height: 32 };
const sigmoid = detr({ activation: "sigmoid", class_offset: 0 }, size, 2);
const boxes = tensor([1, 2, 4], [0.5, 0.5, 0.25, 0.5, 0.25, 0.25, 0.5, 0.5]);
const first = [24, 8, 40, 24];
const second = [0, 0, 32, 16];
const logit = (score: number): number => Math.log(score / (1 - score));

describe("sigmoid", () => {
  test("every query and class above the floor is a candidate of its own", () => {
    const logits = tensor([1, 2, 2], [logit(0.8), logit(0.4), logit(0.2), logit(0.6)]);

    expect(found(sigmoid, { logits, boxes })).toEqual([
      { box: first, score: 0.8, class_id: 0 },
      { box: first, score: 0.4, class_id: 1 },
      { box: second, score: 0.6, class_id: 1 },
    ]);
  });

  test("a column more than there are classes is no class", () => {
    const logits = tensor([1, 2, 3], [-9, logit(0.8), 9, -9, -9, 9]);

    expect(found(sigmoid, { logits, boxes })).toEqual([{ box: first, score: 0.8, class_id: 1 }]);
  });

  test("columns before the offset are no classes", () => {
    const decoder = detr({ activation: "sigmoid", class_offset: 1 }, size, 2);
    const logits = tensor([1, 2, 3], [9, -9, logit(0.8), 9, -9, -9]);

    expect(found(decoder, { logits, boxes })).toEqual([{ box: first, score: 0.8, class_id: 1 }]);
  });

  test("a score that equals its floor is kept, one below it is not", () => {
    const logits = tensor([1, 2, 2], [0, -9, -0.001, -9]);

    expect(found(sigmoid, { logits, boxes }, { scoreMin: [0.5, 0.5] })).toMatchObject([
      { box: first, score: 0.5 },
    ]);
  });

  test("a floor of 0 keeps all, one of 1 or more nothing", () => {
    const logits = tensor([1, 2, 2], [5, -50, 5, -50]);

    expect(found(sigmoid, { logits, boxes }, { scoreMin: [0, 0] })).toHaveLength(4);
    expect(found(sigmoid, { logits, boxes }, { scoreMin: [1, Infinity] })).toEqual([]);
  });
});

describe("softmax", () => {
  const softmax = detr({ activation: "softmax", class_offset: 0 }, size, 2);

  test("a query has its best class, and none where no object is likelier than the floor allows", () => {
    const logits = tensor([1, 2, 3], [Math.log(1), Math.log(6), Math.log(3), 0, 0, Math.log(8)]);

    expect(found(softmax, { logits, boxes })).toEqual([{ box: first, score: 0.6, class_id: 1 }]);
  });

  test("great logits do not overflow", () => {
    const logits = tensor([1, 2, 3], [1000, 990, 1000, -1000, -1000, 1000]);

    expect(found(softmax, { logits, boxes })).toMatchObject([{ score: 0.49999 }]);
  });

  test("columns of another number are an error that names both shapes", () => {
    const logits = tensor([1, 2, 2], [0, 0, 0, 0]);

    expect(() => found(softmax, { logits, boxes })).toThrow(/1×2×2.*B×N×3/);
  });
});

test("the second picture of a batch has its own boxes", () => {
  const logits = tensor([2, 1, 2], [9, -9, -9, 9]);
  const pair = tensor([2, 1, 4], [...boxes.data]);

  expect(found(sigmoid, { logits, boxes: pair }, { picture: 1 })).toMatchObject([
    { box: second, class_id: 1 },
  ]);
});

test.each(["sigmoid", "softmax"] as const)("%s: what is no number is an error", (activation) => {
  const columns = activation === "sigmoid" ? 2 : 3;
  const decoder = detr({ activation, class_offset: 0 }, size, 2);
  const good = Array.from({ length: 2 * columns }, () => 1);

  for (const bad of [Number.NaN, Infinity]) {
    const logits = tensor([1, 2, columns], good.with(1, bad));
    expect(() => found(decoder, { logits, boxes })).toThrow(BadOutput);
  }
  const logits = tensor([1, 2, columns], good);
  const broken = tensor([1, 2, 4], [...boxes.data].with(3, Number.NaN));
  expect(() => found(decoder, { logits, boxes: broken })).toThrow(BadOutput);
});

test("boxes of other queries than the logits are an error", () => {
  const logits = tensor([1, 2, 2], [0, 0, 0, 0]);

  expect(() => found(sigmoid, { logits, boxes: tensor([1, 1, 4], [0, 0, 1, 1]) })).toThrow(
    /1×1×4.*1×2×4/,
  );
});
