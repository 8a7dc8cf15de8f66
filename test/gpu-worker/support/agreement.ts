import type { Detection, FrameDetections } from "../../../contracts/detection.ts";
import { overlap } from "../../../gpu-worker/pipeline/track/overlap.ts";

/** What an independent implementation found in a clip. */
export interface Reference {
  readonly score_floor: number;
  readonly frames: readonly {
    readonly frame: number;
    readonly pts: number;
    readonly detections: readonly { cls: number; score: number; box: Detection["box"] }[];
  }[];
}

export interface Tolerance {
  readonly iouMin: number;
  readonly scoreMax: number;
}

/** As the issue asks for it: the scalers differ. */
export const tolerance: Tolerance = { iouMin: 0.9, scoreMax: 0.05 };

/** How many boxes had to have a partner, and how many have one, of ours and of theirs. */
export interface Agreement {
  readonly ours: { readonly compared: number; readonly agreed: number };
  readonly theirs: { readonly compared: number; readonly agreed: number };
}

/**
 * Pairs boxes of one frame and class one to one, greatest overlap first. A box within the tolerance of the floor may be
 * on its other side in the other list, so only those clear of it must have a partner.
 */
export function agreementOf(
  frames: readonly FrameDetections[],
  { frames: references, score_floor: floor }: Reference,
  { iouMin, scoreMax }: Tolerance = tolerance,
): Agreement {
  const ours = { compared: 0, agreed: 0 };
  const theirs = { compared: 0, agreed: 0 };
  for (const [index, { detections }] of references.entries()) {
    const mine = frames[index]?.detections ?? [];
    const pairs = mine.flatMap((a, left) =>
      detections.flatMap((b, right) => {
        if (a.class_id !== b.cls || Math.abs(a.score - b.score) > scoreMax) return [];
        const iou = overlap(a.box, b.box);
        return iou >= iouMin ? [{ left, right, iou }] : [];
      }),
    );
    const paired = { left: new Set<number>(), right: new Set<number>() };
    for (const { left, right } of pairs.sort((a, b) => b.iou - a.iou)) {
      if (paired.left.has(left) || paired.right.has(right)) continue;
      paired.left.add(left);
      paired.right.add(right);
    }
    for (const [counts, boxes, have] of [
      [ours, mine, paired.left],
      [theirs, detections, paired.right],
    ] as const) {
      for (const [position, { score }] of boxes.entries()) {
        if (score < floor + scoreMax) continue;
        counts.compared++;
        if (have.has(position)) counts.agreed++;
      }
    }
  }
  return { ours, theirs };
}

/** The worse of both directions, 0–1; 1 where neither list has a box. */
export const shareOf = ({ ours, theirs }: Agreement): number =>
  Math.min(
    ...[ours, theirs].map(({ compared, agreed }) => (compared === 0 ? 1 : agreed / compared)),
  );
