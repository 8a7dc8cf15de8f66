import type { Segment } from "../../../contracts/segment.ts";

/** Where a segment lies in a packet table: half open, in positions. */
export interface SegmentPlace extends Pick<Segment, "fromPts" | "toPts"> {
  readonly from: number;
  readonly to: number;
}

/** A segment of a video that is at hand. */
export interface CutSegment extends Segment, SegmentPlace {}
