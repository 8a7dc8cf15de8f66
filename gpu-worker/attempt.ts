import type { JobRow } from "../contracts/job.ts";
import type { Transition } from "../contracts/protocol/transition.ts";
import type { Lease } from "../contracts/protocol/worker-transitions.ts";
import type { SegmentRow } from "../contracts/segment.ts";
import type { Progress } from "../contracts/work-row.ts";
import type { Log } from "./log.ts";
import type { StageTimes } from "./stage-times.ts";

/** What the pipeline is given: everything it may do ends with `signal`. */
export interface Attempt {
  readonly row: JobRow;
  /** Where the attempt is at one segment of the job. */
  readonly segment?: SegmentRow;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  /** Throws once the work must end, by the clock too: to be called before each write. */
  readonly assertHeld: () => void;
  /** Shows how far it is. */
  readonly report: (progress: Omit<Progress, "updatedAt">) => void;
  /** Says that the work advances; without it for `stalledSeconds` the lease is let go. */
  readonly advance: () => void;
  /** When the claim was sent, by the monotonic clock, in milliseconds. */
  readonly startedAt: number;
  /** Of all that was reported in this attempt, from its beginning. */
  readonly times: Pick<StageTimes, "seconds" | "during">;
  readonly log: Log;
}

/** What an attempt came to. */
export interface Outcome {
  /** The one write that makes it true, under the attempt's lease. */
  readonly commit: (at: { now: number }) => Transition;
  /**
   * What follows from it. Where this worker cannot, whoever gets the message next or the sweeper does. True where the
   * message leads on, to the join that waits now.
   */
  readonly follow?: () => Promise<boolean>;
  /** What the log says of it. */
  readonly words: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Frames that it is about, where there are any. */
  readonly framesAnalysed?: number;
  /** The job's result is out with it. */
  readonly completes?: true;
}
