import type { EngineFacts, Gap } from "./artifact.ts";
import type { JobId } from "./job-id.ts";
import type { WorkRow } from "./work-row.ts";

/** A half-open stretch of one video, cut at key frames: the unit of work, of retry and of resume. */
export interface Segment {
  /** From 0, in order of presentation. */
  readonly index: number;
  /** Presentation times in ticks of the stream's time base: `fromPts` is the first frame's, `toPts` the next segment's first. */
  readonly fromPts: number;
  readonly toPts: number;
  /** Frames that the container promises in it. */
  readonly packets: number;
  /** Those of them that the sampling takes: the work. */
  readonly framesTotal: number;
  /** sha256 of their times, so that two probes of one file can be told to agree. */
  readonly ptsSha256: string;
}

/** Which segment of which plan; a plan is known by the fence under which it was made. */
export interface SegmentRef {
  readonly jobId: JobId;
  readonly planFence: number;
  readonly index: number;
}

/** What is known of one segment's detections, an object of its own. */
export interface SegmentPart {
  readonly key: string;
  readonly sha256: string;
  /** Analysed frames, a line each, and frames that came out of the decoder. */
  readonly frames: number;
  readonly framesDecoded: number;
  /** Fingerprint of the engine that detected it. */
  readonly engine: string;
  readonly gaps: readonly Gap[];
}

/** The truth about one segment of a job that has several. It is claimed, held and given back as a job's row is. */
export interface SegmentRow extends WorkRow, Segment {
  readonly index: number;
  readonly planFence: number;
  /** Fingerprint of the engine that cut the job: all of its segments are detected by the same. */
  readonly engine: string;
  /**
   * The same in full, on the first segment only: the one who joins them reads their rows anyway. On the job's row, which is
   * written at each step, it would cost every time.
   */
  readonly engineFacts?: EngineFacts;
  /** Whose job it is; under `owner` the row would stand among the owner's jobs. Absent in what an older version cut. */
  readonly jobOwner?: string;
  /** Since when it waits for a worker. */
  readonly waitingSince?: number;
  readonly part?: SegmentPart;
}
