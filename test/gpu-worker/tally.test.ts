import { expect, test } from "vitest";
import { tally } from "../../gpu-worker/pipeline/publish/tally.ts";

const box: [number, number, number, number] = [0, 0, 10, 10];

test("the summary counts what the page shows at first; the timeline counts all that is stored", () => {
  const counts = tally({ start: 0, end: 2, framesExpected: 2, scoreShown: 0.4, tracked: true });
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
