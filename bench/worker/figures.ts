import type { FrameDetections } from "../../contracts/detection.ts";
import { overlap } from "../../gpu-worker/pipeline/track/overlap.ts";
import type { PeerRun } from "./peers.ts";

export function median(values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[ordered.length >> 1] ?? NaN;
}

/** Scores from here on are compared: nearer to the floor of both a box may be in one list only. */
const scoreMin = 0.25;

/** The share of boxes, both ways, that the other list has too: same class, IoU of 0.9, score within 0.05. */
export function sameBoxes(ours: readonly FrameDetections[], theirs: PeerRun["detections"]): number {
  let [compared, agreed] = [0, 0];
  for (const [index, found] of theirs.entries()) {
    const left = ours[index]!.detections.map(({ class_id, score, box }) => ({
      class_id,
      score,
      box,
    }));
    const right = found.map(([class_id, score, ...box]) => ({ class_id, score, box }));
    for (const [mine, others] of [
      [left, right],
      [right, left],
    ] as const) {
      for (const each of mine.filter(({ score }) => score >= scoreMin)) {
        compared++;
        const same = others.some(
          ({ class_id, score, box }) =>
            class_id === each.class_id &&
            Math.abs(score - each.score) <= 0.05 &&
            overlap(box, each.box) >= 0.9,
        );
        if (same) agreed++;
      }
    }
  }
  return compared === 0 ? NaN : agreed / compared;
}
