import { expect, test } from "vitest";
import { extraFeedOf } from "../../../models/onnx/extra-input.ts";

const size = { width: 640, height: 384 };

test("what the graph leaves open is the picture's, for as many as there are", () => {
  const sizes = extraFeedOf({ value: "size-hw" }, size, 4, ["N", null]);
  const mask = extraFeedOf({ value: "mask" }, size, 4, ["N", "height", "width"]);
  const unknown = extraFeedOf({ value: "size-wh" }, size, 4, undefined);

  expect(sizes).toEqual({ dims: [4, 2], values: [384, 640] });
  expect(mask).toEqual({ dims: [4, 384, 640], values: [1] });
  expect(unknown).toEqual({ dims: [4, 2], values: [640, 384] });
});

test("what the graph is fixed to counts", () => {
  const mask = extraFeedOf({ value: "mask" }, size, 2, ["N", 64, 64]);
  const sizes = extraFeedOf({ value: "size-wh" }, size, 8, [1, 2]);

  expect(mask.dims).toEqual([2, 64, 64]);
  expect(sizes.dims).toEqual([1, 2]);
});

test("without a dimension for the batch the others are what they are", () => {
  const sizes = extraFeedOf({ value: "size-wh" }, size, 1, ["two"]);
  const mask = extraFeedOf({ value: "mask" }, size, 1, ["height", "width"]);

  expect(sizes.dims).toEqual([2]);
  expect(mask.dims).toEqual([384, 640]);
});
