import type { JobId } from "./job-id.ts";
import type { JobOptions } from "./pipeline.ts";
import type { ResultSummary } from "./artifact.ts";
import type { WorkRow } from "./work-row.ts";

/** The object that the job is about, as it was first seen. */
export interface Source {
  readonly key: string;
  readonly etag: string;
  readonly sizeBytes: number;
  /** Of a file of the inbox, whose key may be another job's file later; rows of before do not have it. */
  readonly lastModified?: number;
}

/** A pointer to immutable objects; whoever wrote it held the fence in its path. */
export interface PublishedResult {
  readonly manifestKey: string;
  readonly manifestSha256: string;
  readonly run: number;
  readonly fence: number;
  readonly summary: ResultSummary;
}

/** The truth about one job. Times are epoch milliseconds. */
export interface JobRow extends WorkRow {
  readonly owner: string;

  readonly filename: string;
  readonly contentType: string;
  /** As announced, and signed into the upload; absent for a file that came without the API. */
  readonly sizeBytes?: number;
  readonly partBytes?: number;
  readonly pipelineId: string;
  readonly options: JobOptions;

  /** Of the request that made it; `traceIdOf` has one for rows of before, too. */
  readonly traceId?: string;

  readonly cancelRequestedAt?: number;

  readonly source?: Source;
  readonly result?: PublishedResult;

  /**
   * Where a job of several segments is: they are being detected, and nobody holds the job itself; or they are joined.
   * Absent before, and in a job of one segment.
   */
  readonly phase?: "detect" | "assemble";
  /** The fence under which it was cut, how many segments it has, and which of them have ended. */
  readonly planFence?: number;
  readonly segmentsTotal?: number;
  readonly endedSegments?: ReadonlySet<number>;
  /** Whether a segment that cannot be done leaves a gap, or fails the job. */
  readonly partialAllowed?: boolean;
  /** When a segment ended last, or the job was cut. */
  readonly segmentEndedAt?: number;

  /** Its run has ended, and nobody has noted yet that this was told; says what the sweeper has to do after that. */
  readonly untold?: "clean" | "may_have_orphans";

  readonly uploadBy?: number;
  readonly queuedAt?: number;
  readonly deletedAt?: number;

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
  /** Who started it; absent of one that somebody brought. */
  readonly fleet?: string;
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
  /** What keeps ffmpeg apart: "bubblewrap", or "none: " and why. Workers of before do not say it. */
  readonly sandbox?: string;
}
