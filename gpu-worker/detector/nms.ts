import { limits } from "../../contracts/limits.ts";
import type { ModelManifest } from "../../contracts/model.ts";
import type { Candidates } from "./boxes.ts";

/** What becomes of boxes that overlap, and how many stay. */
export type OverlapRule = Pick<ModelManifest["post"], "nms" | "iou" | "max_detections">;

/** Positions fit into this many values; with the 31 bits of a score they stay below 2^53, where whole numbers end. */
const positionsMax = 2 ** 22;
/** Numbers that are kept of a box: its corners and its area. */
const keptWidth = 5;

/**
 * Greedy non-maximum suppression of the `limits.candidatesMax` best: positions of the kept candidates, best first, equal
 * scores in their given order. A box is dropped when it overlaps a better kept one (of its class, unless `agnostic`) by
 * more than `iou`.
 */
export function keepBest(
  boxes: Candidates,
  { nms, iou, max_detections: keptMax }: OverlapRule,
): Int32Array {
  const order = bestFirst(boxes);
  const kept = new Int32Array(Math.min(order.length, keptMax));
  if (nms === "none") {
    for (let rank = 0; rank < kept.length; rank++) kept[rank] = positionIn(order[rank]!);
    return kept;
  }

  const { x1, y1, x2, y2, classId } = boxes;
  const groups = nms === "agnostic" ? 1 : greatest(classId, boxes.count) + 1;
  // Kept boxes of one class, newest first: the last of each class, and the one before each.
  const lastOf = new Int32Array(groups).fill(-1);
  const before = new Int32Array(kept.length);
  // Corners and area of each kept box side by side: most of the time goes into looking at them.
  const keptBoxes = new Float64Array(kept.length * keptWidth);
  const keptStrips = new Int32Array(kept.length);
  const stripsOf = stripsIn(boxes);
  let keptCount = 0;
  for (let rank = 0; rank < order.length && keptCount < kept.length; rank++) {
    const candidate = positionIn(order[rank]!);
    const group = groups === 1 ? 0 : classId[candidate]!;
    const left = x1[candidate]!;
    const top = y1[candidate]!;
    const right = x2[candidate]!;
    const bottom = y2[candidate]!;
    const area = (right - left) * (bottom - top);
    const strips = stripsOf(left, top, right, bottom);

    let rival = lastOf[group]!;
    for (; rival >= 0; rival = before[rival]!) {
      const shared = keptStrips[rival]! & strips;
      if ((shared & columnStrips) === 0 || shared >>> 16 === 0) continue;
      const at = rival * keptWidth;
      const width = Math.min(keptBoxes[at + 2]!, right) - Math.max(keptBoxes[at]!, left);
      if (width <= 0) continue;
      const height = Math.min(keptBoxes[at + 3]!, bottom) - Math.max(keptBoxes[at + 1]!, top);
      if (height <= 0) continue;
      const both = width * height;
      if (both > iou * (keptBoxes[at + 4]! + area - both)) break;
    }
    if (rival >= 0) continue;
    kept[keptCount] = candidate;
    const at = keptCount * keptWidth;
    keptStrips[keptCount] = strips;
    keptBoxes[at] = left;
    keptBoxes[at + 1] = top;
    keptBoxes[at + 2] = right;
    keptBoxes[at + 3] = bottom;
    keptBoxes[at + 4] = area;
    before[keptCount] = lastOf[group]!;
    lastOf[group] = keptCount++;
  }
  return kept.subarray(0, keptCount);
}

/**
 * The strips that a box lies in, of 16 from left to right (lower bits) and 16 from top to bottom: boxes that share no
 * strip of either kind cannot overlap, which spares most comparisons in a crowd.
 */
function stripsIn({ x1, y1, x2, y2, count }: Candidates) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < count; at++) {
    left = Math.min(left, x1[at]!);
    top = Math.min(top, y1[at]!);
    right = Math.max(right, x2[at]!);
    bottom = Math.max(bottom, y2[at]!);
  }
  const perX = 15.99 / (right - left);
  const perY = 15.99 / (bottom - top);
  const between = (first: number, last: number): number => (2 << last) - (1 << first);
  return (x1: number, y1: number, x2: number, y2: number): number => {
    const columns = between(Math.floor((x1 - left) * perX), Math.floor((x2 - left) * perX));
    const rows = between(Math.floor((y1 - top) * perY), Math.floor((y2 - top) * perY));
    return columns | (rows << 16);
  };
}

const columnStrips = 0xffff;

/**
 * The candidates by score, as numbers that hold score and position: so they are sorted without a function that compares.
 * The bits of a float that is not negative order as the float does.
 */
function bestFirst({ score, count }: Candidates): Float64Array {
  const bits = new Uint32Array(score.buffer, score.byteOffset, count);
  const order = new Float64Array(Math.min(count, positionsMax));
  for (let position = 0; position < order.length; position++) {
    order[position] = (0x7fffffff - (bits[position]! & 0x7fffffff)) * positionsMax + position;
  }
  return order.sort().subarray(0, limits.candidatesMax);
}

const positionIn = (key: number): number => key % positionsMax;

function greatest(values: Int32Array, count: number): number {
  let found = 0;
  for (let index = 0; index < count; index++) found = Math.max(found, values[index]!);
  return found;
}
