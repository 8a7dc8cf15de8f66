import type { Candidates } from "./boxes.ts";

/**
 * Greedy non-maximum suppression: positions of the kept candidates, best first, equal scores in their given order.
 * A box is dropped when it overlaps a better kept one (of its class, unless `agnostic`) by more than `iou`.
 */
export function keepBest(
  boxes: Candidates,
  {
    nms,
    iou,
    max_detections: keptMax,
  }: { nms: "per-class" | "agnostic" | "none"; iou: number; max_detections: number },
): Int32Array {
  const { count, x1, y1, x2, y2, score, classId } = boxes;
  const order = Int32Array.from({ length: count }, (_, position) => position);
  order.sort((a, b) => score[b]! - score[a]! || a - b);

  const kept = new Int32Array(Math.min(count, keptMax));
  let keptCount = 0;
  for (const candidate of order) {
    if (keptCount === kept.length) break;
    let dropped = false;
    const rivals = nms === "none" ? 0 : keptCount;
    for (let index = 0; index < rivals && !dropped; index++) {
      const better = kept[index]!;
      if (nms === "per-class" && classId[better] !== classId[candidate]) continue;

      const width = Math.min(x2[better]!, x2[candidate]!) - Math.max(x1[better]!, x1[candidate]!);
      if (width <= 0) continue;
      const height = Math.min(y2[better]!, y2[candidate]!) - Math.max(y1[better]!, y1[candidate]!);
      if (height <= 0) continue;
      const both = width * height;
      const union = area(boxes, better) + area(boxes, candidate) - both;
      dropped = both > iou * union;
    }
    if (!dropped) kept[keptCount++] = candidate;
  }
  return kept.subarray(0, keptCount);
}

const area = ({ x1, y1, x2, y2 }: Candidates, at: number): number =>
  (x2[at]! - x1[at]!) * (y2[at]! - y1[at]!);
