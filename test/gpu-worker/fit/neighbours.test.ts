import { expect, test } from "vitest";
import { neighboursOf, neighboursWithin } from "../../../gpu-worker/detector/fit/neighbours.ts";

test("half the size lies in the middle between two pixels", () => {
  expect(neighboursOf(8, 4)).toEqual(
    [0, 2, 4, 6].map((first) => ({ first, weights: [1024, 1024] })),
  );
});

test("the same size is the pixel itself", () => {
  expect(neighboursOf(3, 3)).toEqual([0, 1, 2].map((first) => ({ first, weights: [2048, 0] })));
});

test("beyond the edges the outermost pixel counts alone", () => {
  const within = neighboursWithin(2, 8);

  expect(within[0]).toEqual({ first: 0, weights: [2048, 0] });
  expect(within.at(-1)).toEqual({ first: 1, weights: [2048, 0] });
  expect(neighboursOf(2, 8)[0]!.first).toBe(-1);
});

test("weights are two parts of a whole, rounded to even each", () => {
  // 4096 columns from 4095: fractions of 1/4096 that are ties in units of 1/2048.
  for (const { weights } of neighboursOf(4095, 4096)) {
    expect(Math.abs(weights[0] + weights[1] - 2048)).toBeLessThanOrEqual(1);
  }
});
