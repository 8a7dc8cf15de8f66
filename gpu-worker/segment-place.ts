import { RetryableError } from "../contracts/errors.ts";
import type { SegmentRow } from "../contracts/segment.ts";
import { ptsSha256 } from "./pipeline/cut/pts-sha256.ts";
import type { SegmentPlace } from "./pipeline/cut/segment.ts";
import type { PacketTable } from "./pipeline/probe/packet-table.ts";

/** Where a segment lies in this worker's own packet table. Throws `RetryableError` where the two do not agree on its frames. */
export function placeOf(
  { index, fromPts, toPts, packets, ptsSha256: expected }: SegmentRow,
  { pts }: Pick<PacketTable, "pts">,
): SegmentPlace {
  const from = pts.findIndex((time) => time >= fromPts);
  const to = pts.findLastIndex((time) => time < toPts) + 1;
  if (to - from !== packets || ptsSha256(pts.subarray(from, to)) !== expected) {
    throw new RetryableError(
      "SEGMENTS_DISAGREE",
      `Segment ${index} has ${packets} frames in its row, and ${to - from} or other ones in the video.`,
    );
  }
  return { from, to, fromPts, toPts };
}
