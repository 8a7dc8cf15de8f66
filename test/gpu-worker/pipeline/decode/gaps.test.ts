import { expect, test } from "vitest";
import { limits } from "../../../../contracts/limits.ts";
import { gapsOfSegments } from "../../../../gpu-worker/pipeline/decode/gaps.ts";

const gap = (start: number, end: number, reason = "torn") => ({ start, end, reason });

test("gaps of neighbouring segments that touch are one, if their reason is one", () => {
  const gaps = [gap(8, 10), gap(10, 12), gap(12, 13, "lost"), gap(13.04, 14, "lost")];

  expect(gapsOfSegments(gaps)).toEqual([gap(8, 12), gap(12, 13, "lost"), gap(13.04, 14, "lost")]);
});

test("gaps come in the order of time, whatever the order of the segments", () => {
  expect(gapsOfSegments([gap(10, 12), gap(0, 1), gap(8, 10)])).toEqual([gap(0, 1), gap(8, 12)]);
});

test("all segments together have no more gaps than a row can hold: the nearest are told as one", () => {
  const gaps = Array.from({ length: 3 * limits.gapsMax }, (_, n) => gap(n, n + 0.5));
  const far = gap(1e6, 1e6 + 1);

  const told = gapsOfSegments([...gaps, far]);

  expect(told.length).toBeLessThanOrEqual(limits.gapsMax);
  expect(told.at(-1)).toEqual(far);
  expect(told[0]!.start).toBe(0);
});
