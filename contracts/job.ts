import type { ErrorCode } from "./errors.ts";
import type { JobId } from "./job-id.ts";
import type { JobOptions } from "./pipeline.ts";
import type { ResultSummary } from "./artifact.ts";

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

/** The object that the job is about, as it was first seen. */
export interface Source {
  readonly key: string;
  readonly etag: string;
  readonly sizeBytes: number;
}

export interface Progress {
  readonly stage: "fetch" | "probe" | "detect" | "publish";
  readonly framesDone: number;
  /** Absent while it is not known. */
  readonly framesTotal?: number;
  readonly framesPerSecond?: number;
  readonly updatedAt: number;
}

/** A pointer to immutable objects; whoever wrote it held the fence in its path. */
export interface PublishedResult {
  readonly manifestKey: string;
  readonly manifestSha256: string;
  readonly run: number;
  readonly fence: number;
  readonly summary: ResultSummary;
}

export interface JobError {
  readonly code: ErrorCode;
  readonly message: string;
}

export const historyEvents = [
  "submitted",
  "uploaded",
  "claimed",
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

/** The truth about one job. Times are epoch milliseconds. */
export interface JobRow {
  readonly jobId: JobId;
  readonly owner: string;
  readonly status: JobStatus;

  readonly filename: string;
  readonly contentType: string;
  /** As announced, and signed into the upload; absent for a file that came without the API. */
  readonly sizeBytes?: number;
  readonly partBytes?: number;
  readonly pipelineId: string;
  readonly options: JobOptions;

  /** From 1; a retry by the user starts the next. */
  readonly run: number;
  /** From 0; every claim, take-over, cancel and retry raises it. */
  readonly fence: number;
  /** Attempts charged to this run. */
  readonly attempts: number;
  readonly interruptions: number;

  /** Set while running: whose claim it is, and until when. */
  readonly nonce?: string;
  readonly workerId?: string;
  readonly leaseUntil?: number;
  readonly notBefore?: number;
  readonly cancelRequestedAt?: number;
  readonly progress?: Progress;

  readonly source?: Source;
  readonly result?: PublishedResult;
  readonly error?: JobError;
  readonly history: readonly HistoryEntry[];

  readonly createdAt: number;
  readonly uploadBy?: number;
  readonly queuedAt?: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly deletedAt?: number;

  /** How often a message was sent for this run, and when last. */
  readonly dispatches: number;
  readonly dispatchedAt?: number;
  readonly deadLetters: number;

  /** Sparse index `due`: only rows that the sweeper must look at have them. */
  readonly dueShard?: string;
  readonly dueAt?: number;
  /** Sparse index `waiting`: only pending rows have them. */
  readonly waitingQueue?: string;
  readonly waitingSince?: number;
}

/** A worker as its heartbeat shows it. Times are epoch milliseconds. */
export interface WorkerRow {
  readonly workerId: string;
  readonly state: "starting" | "idle" | "working" | "stopping";
  readonly queueId: string;
  readonly startedAt: number;
  readonly heartbeatAt: number;
  readonly jobId?: JobId;
  readonly version: string;
  readonly host: string;
  readonly capabilities: WorkerCapabilities;
  /** Epoch seconds, for DynamoDB's time to live. */
  readonly expiresAt: number;
}

export interface WorkerCapabilities {
  /** onnxruntime's execution providers that really ran a probe, best first. */
  readonly providers: readonly string[];
  readonly gpu: boolean;
  readonly decoders: readonly string[];
  readonly ffmpeg: string;
  readonly ffprobe: string;
  readonly cpus: number;
}
