import type { ErrorCode } from "./errors.ts";
import type { JobId } from "./job-id.ts";

export const jobStatuses = [
  "awaiting_upload",
  "pending",
  "running",
  "completed",
  "failed",
  "cancelled",
  "expired",
] as const;
export type JobStatus = (typeof jobStatuses)[number];

export const terminalStatuses = [
  "completed",
  "failed",
  "cancelled",
  "expired",
] as const satisfies JobStatus[];
export const isTerminal = (status: JobStatus): boolean =>
  (terminalStatuses as readonly JobStatus[]).includes(status);

export interface Progress {
  readonly stage: "fetch" | "probe" | "detect" | "publish";
  readonly framesDone: number;
  /** Absent while it is not known. */
  readonly framesTotal?: number;
  readonly framesPerSecond?: number;
  readonly updatedAt: number;
}

export interface JobError {
  readonly code: ErrorCode;
  readonly message: string;
}

export const historyEvents = [
  "submitted",
  "uploaded",
  "claimed",
  "planned",
  "detected",
  "released",
  "attempt_failed",
  "lease_expired",
  "completed",
  "failed",
  "cancel_requested",
  "cancelled",
  "expired",
  "retried",
] as const;

export interface HistoryEntry {
  readonly at: number;
  readonly event: (typeof historyEvents)[number];
  readonly run: number;
  readonly fence: number;
  readonly workerId?: string;
  readonly code?: ErrorCode;
  readonly message?: string;
}

/** What a worker can hold: a whole job, or one segment of it. The protocol of claims and leases knows no more. Times are epoch milliseconds. */
export interface WorkRow {
  readonly jobId: JobId;
  /** Of a segment among those of its job; a job's row has none. */
  readonly index?: number;
  readonly status: JobStatus;

  /** From 1; a retry by the user starts the next. */
  readonly run: number;
  /** From 0; every claim, take-over, cancel and retry raises it. */
  readonly fence: number;
  /** Attempts charged. */
  readonly attempts: number;
  readonly interruptions: number;

  /** Set while running: whose claim it is, and until when. */
  readonly nonce?: string;
  readonly workerId?: string;
  readonly leaseUntil?: number;
  readonly notBefore?: number;
  readonly progress?: Progress;

  readonly error?: JobError;
  readonly history: readonly HistoryEntry[];

  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;

  /** How often a message was sent, and when last. */
  readonly dispatches: number;
  readonly dispatchedAt?: number;
  readonly deadLetters: number;
  /** Which message the counted one was: that it is delivered twice does not make it two. */
  readonly deadLetterId?: string;
}
