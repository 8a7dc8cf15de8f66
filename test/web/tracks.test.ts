import { expect, test } from "vitest";
import { framesOfTrack, rowOfTrack, tracksOf } from "../../web/objects/tracks.ts";
import { DetectionTableBuilder } from "../../web/player/detection-table.ts";

type Seen = readonly [trackId: number | undefined, classId: number, score: number];

function tableOf(frames: readonly (readonly Seen[])[]) {
  const builder = new DetectionTableBuilder();
  for (const [at, seen] of frames.entries()) {
    builder.add({
      frame_index: at,
      pts: at,
      t: at / 2,
      detections: seen.map(([track_id, class_id, score]) => ({
        class_id,
        label: String(class_id),
        score,
        box: [0, 0, 1, 1],
        ...(track_id !== undefined && { track_id }),
      })),
    });
  }
  return builder.table();
}
const all = { scoreMin: 0, hidden: new Set<number>() };

const table = tableOf([
  [
    [1, 0, 0.5],
    [undefined, 0, 0.9],
  ],
  [
    [2, 1, 0.75],
    [1, 1, 0.875],
  ],
  [],
  [
    [1, 0, 0.25],
    [2, 1, 0.5],
  ],
]);

test("a track says from when to when it is, on how many frames, and what it looks like at its best", () => {
  expect(tracksOf(table, all)).toEqual([
    { trackId: 1, classId: 1, bestScore: 0.875, first: 0, last: 3, frames: 3 },
    { trackId: 2, classId: 1, bestScore: 0.75, first: 1, last: 3, frames: 2 },
  ]);
});

test("of a track only what the filter leaves counts, and one without anything is none", () => {
  expect(tracksOf(table, { scoreMin: 0.7, hidden: new Set() })).toEqual([
    { trackId: 1, classId: 1, bestScore: 0.875, first: 1, last: 1, frames: 1 },
    { trackId: 2, classId: 1, bestScore: 0.75, first: 1, last: 1, frames: 1 },
  ]);
  expect(tracksOf(table, { scoreMin: 0, hidden: new Set([1]) })).toEqual([
    { trackId: 1, classId: 0, bestScore: 0.5, first: 0, last: 3, frames: 2 },
  ]);
});

test("its row on a frame is found, unless the filter hides it", () => {
  expect([0, 1, 2, 3].map((frame) => rowOfTrack(table, frame, all, 1))).toEqual([0, 3, -1, 4]);
  expect(rowOfTrack(table, 3, { scoreMin: 0.4, hidden: new Set() }, 1)).toBe(-1);
  expect(rowOfTrack(table, -1, all, 1)).toBe(-1);
});

test("its frames lie in the timeline's bins", () => {
  const bins = { start: 0, bin_seconds: 1, bins: 2 };

  expect([...framesOfTrack(table, all, 1, bins)]).toEqual([2, 1]);
  expect([...framesOfTrack(table, { scoreMin: 0.3, hidden: new Set() }, 1, bins)]).toEqual([2, 0]);
});
