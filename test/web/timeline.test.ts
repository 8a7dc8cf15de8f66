import { expect, test } from "vitest";
import {
  columnsOf,
  framesPerBin,
  laneCounts,
  perFrame,
  scoreHistogram,
} from "../../web/timeline/lanes.ts";

/** Counts of two bins: scores 0.30–0.35, 0.35–0.40 and 0.95–1. */
const counts = () => {
  const all = Array.from({ length: 40 }, () => 0);
  [all[6], all[7], all[19], all[20 + 7]] = [5, 3, 1, 4];
  return all;
};

test("a lane counts what is at or above the score", () => {
  expect([...laneCounts(counts(), 2, 0)]).toEqual([9, 4]);
  expect([...laneCounts(counts(), 2, 0.35)]).toEqual([4, 4]);
  expect([...laneCounts(counts(), 2, 0.4)]).toEqual([1, 0]);
  expect([...laneCounts(counts(), 2, 1)]).toEqual([0, 0]);
});

test("squeezing a lane loses no peak, stretching repeats it", () => {
  const lane = Float32Array.of(0, 0, 9, 0, 0, 1);

  expect([...columnsOf(lane, 2)]).toEqual([9, 1]);
  expect([...columnsOf(lane, 12)]).toEqual([0, 0, 0, 0, 9, 9, 0, 0, 0, 0, 1, 1]);
});

test("a lane is as high as the objects on one frame, however many frames a bin holds", () => {
  const frames = framesPerBin(Float64Array.of(0, 0.04, 0.08, 0.12, 0.16), {
    start: 0,
    bin_seconds: 0.06,
    bins: 3,
  });

  expect([...frames]).toEqual([2, 1, 2]);
  expect([...perFrame(Uint32Array.of(6, 3, 6), frames, 0)]).toEqual([3, 3, 3]);
});

test("a bin without a frame repeats the one before, and a gap stays a gap", () => {
  const lane = perFrame(Uint32Array.of(4, 0, 0, 0, 2), Uint32Array.of(1, 0, 0, 0, 1), 2);

  expect([...lane]).toEqual([4, 4, 4, 0, 2]);
});

test("the histogram leaves hidden classes out", () => {
  const timeline = {
    schema: "framequeue.timeline/1" as const,
    start: 0,
    bin_seconds: 1,
    bins: 2,
    score_buckets: 20 as const,
    classes: [
      { class_id: 0, label: "player", counts: counts() },
      { class_id: 4, label: "ball", counts: counts() },
    ],
  };

  expect(scoreHistogram(timeline, new Set())[7]).toBe(14);
  expect(scoreHistogram(timeline, new Set([4]))[7]).toBe(7);
});
