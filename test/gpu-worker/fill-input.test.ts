import { expect, test } from "vitest";
import { fillerOf } from "../../gpu-worker/detector/fill-input.ts";
import { smallInput } from "./support/decoded.ts";

const twoPixels = { ...smallInput, width: 2, height: 1, channels: "RGB" as const };
const plain = { scale: 1, mean: [0, 0, 0] as const, std: [1, 1, 1] as const };
const pixels = Uint8Array.from([10, 20, 30, 40, 50, 60]);

function filled(differences: object): number[] {
  const { fill, tensor } = fillerOf({
    ...twoPixels,
    ...plain,
    ...differences,
  } as typeof smallInput);
  fill(pixels);
  return [...tensor];
}

test("planes of red, green and blue", () => {
  expect(filled({ layout: "NCHW" })).toEqual([10, 40, 20, 50, 30, 60]);
});

test("planes of blue, green and red", () => {
  expect(filled({ layout: "NCHW", channels: "BGR" })).toEqual([30, 60, 20, 50, 10, 40]);
});

test("pixel by pixel, as bytes", () => {
  expect(filled({ layout: "NHWC", dtype: "uint8" })).toEqual([...pixels]);
});

test("scaled, then without its mean, then by its deviation, in the model's channels", () => {
  const values = filled({
    layout: "NCHW",
    channels: "BGR",
    scale: 0.1,
    mean: [1, 0, 0],
    std: [2, 1, 1],
  });

  expect(values).toEqual([1, 2.5, 2, 5, 1, 4].map((value) => expect.closeTo(value, 5)));
});
