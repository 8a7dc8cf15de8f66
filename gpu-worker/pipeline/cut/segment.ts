/** A part of a video that is decoded by itself: whole GOPs, except where a range begins or ends within one. */
export interface Segment {
  /** From 0, in the order in which they are shown. */
  readonly index: number;
  /** Half open, in whole ticks of the stream's time base; each segment begins where the one before ends. */
  readonly fromPts: number;
  readonly toPts: number;
  /** Half open, positions in the packet table. */
  readonly from: number;
  readonly to: number;
  /** Frames that the container promises within: `to` − `from`. */
  readonly packets: number;
  /** Those of them that the sampling takes: the work. */
  readonly frames: number;
  /** Of the times within, ascending, as decimal numbers with a newline after each. */
  readonly ptsSha256: string;
}
