import { expect, test } from "vitest";
import { imageInputOf } from "../../../models/inspect/image-input.ts";
import type { Dim, ElementType, GraphValue } from "../../../models/onnx/graph.ts";
import { emptyModel } from "../../support/model-views.ts";

const input = (name: string, dims: readonly Dim[], type: ElementType = "float32"): GraphValue => ({
  name,
  type,
  dims,
});
const of = (...inputs: readonly GraphValue[]) => imageInputOf({ ...emptyModel, inputs });

test.each([
  ["NCHW", [1, 3, 96, 160]],
  ["NHWC", [1, 96, 160, 3]],
  ["CHW", [3, 96, 160]],
  ["HWC", [96, 160, 3]],
])("%s is recognised by where the three channels are", (layout, dims) => {
  expect(of(input("x", dims)).image).toMatchObject({ layout, width: 160, height: 96, batch: 1 });
});

test("open dimensions stay open, and an open batch is dynamic", () => {
  const { image } = of(input("pixel_values", ["batch", "channels", "height", "width"]));

  expect(image).toEqual({
    name: "pixel_values",
    dtype: "float32",
    layout: "NCHW",
    batch: "dynamic",
  });
});

test("other inputs are fed by what their names say", () => {
  const { extras } = of(
    input("images", [1, 3, 640, 640]),
    input("orig_target_sizes", ["N", 2], "int64"),
    input("im_shape", [1, 2]),
    input("scale_factor", [1, 2]),
    input("pixel_mask", [1, 640, 640], "int64"),
  );

  expect(extras.map(({ value }) => value)).toEqual(["size-wh", "size-hw", "ones-hw", "mask"]);
});

test("an input of text is refused with what helps there", () => {
  const picture = input("pixel_values", ["batch", 3, "height", "width"]);
  const mask = input("attention_mask", ["batch", "sequence"], "int64");

  expect(() => of(picture, input("input_ids", ["batch", 16], "int64"), mask)).toThrow(
    expect.objectContaining({ hint: expect.stringContaining("set_classes") }),
  );
});

test.each([
  ["an input that nobody knows", [input("x", [1, 3, 64, 64]), input("prompt", [1, 77], "int64")]],
  ["two pictures", [input("left", [1, 3, 64, 64]), input("right", [1, 3, 64, 64])]],
  ["one channel", [input("x", [1, 1, 64, 64])]],
  ["no picture", [input("tokens", [1, 128], "int64")]],
  ["int8", [input("x", [1, 3, 64, 64], "int8")]],
  ["a side of 100,000 pixels", [input("x", [1, 3, 100_000, 64])]],
  ["a thousand pictures at once", [input("x", [1000, 3, 64, 64])]],
])("%s is refused with a hint", (_, inputs) => {
  expect(() => of(...inputs)).toThrow(expect.objectContaining({ hint: expect.any(String) }));
});
