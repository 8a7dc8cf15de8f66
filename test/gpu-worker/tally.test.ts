import { expect, test } from "vitest";
import { tally } from "../../gpu-worker/pipeline/publish/tally.ts";

const box: [number, number, number, number] = [0, 0, 10, 10];
const twoFrames = { start: 0, end: 2, framesExpected: 2, scoreShown: 0.4, tracked: true };

test("the summary counts what the page shows at first; the timeline counts all that is stored", () => {
  const counts = tally({ ...twoFrames, keySeconds: Float64Array.of() });
  counts.add({
    frame_index: 0,
    pts: 0,
    t: 0,
    detections: [
      { class_id: 0, label: "player", score: 0.9, box, track_id: 1 },
      { class_id: 0, label: "player", score: 0.39, box, track_id: 2 },
      { class_id: 1, label: "ball", score: 0.2, box },
    ],
  });
  counts.add({ frame_index: 1, pts: 1, t: 1, detections: [] });

  const summary = counts.counts();

  expect(summary).toMatchObject({
    score_shown: 0.4,
    detections: 1,
    detections_stored: 3,
    tracks: 1,
  });
  expect(summary.classes).toMatchObject([
    { label: "player", detections: 1, frames: 1, tracks: 1, score_max: 0.9 },
    { label: "ball", detections: 0, frames: 0, tracks: 0, score_max: 0.2 },
  ]);
  const stored = counts.timeline().classes.flatMap((each) => each.counts);
  expect(stored.reduce((sum, count) => sum + count, 0)).toBe(3);
});

test("the poster is the fullest frame of those within a second after a key frame", () => {
  const counts = tally({ ...twoFrames, end: 20, keySeconds: Float64Array.of(0, 10) });
  const add = (t: number, seen: number) =>
    counts.add({
      frame_index: t,
      pts: t,
      t,
      detections: Array.from({ length: seen }, () => ({
        class_id: 0,
        label: "player",
        score: 0.9,
        box,
      })),
    });

  expect(counts.posterTime()).toBe(1);
  add(0.5, 1);
  add(5, 9);
  expect(counts.posterTime()).toBe(0.5);
  add(11, 2);
  add(11.1, 9);

  expect(counts.posterTime()).toBe(11);
});

test("where no key frame is known, the poster is the fullest frame of all", () => {
  const counts = tally({ ...twoFrames, keySeconds: Float64Array.of() });
  counts.add({
    frame_index: 0,
    pts: 1,
    t: 1.5,
    detections: [{ class_id: 0, label: "player", score: 0.9, box }],
  });

  expect(counts.posterTime()).toBe(1.5);
});
