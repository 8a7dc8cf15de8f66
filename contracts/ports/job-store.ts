import type { JobRow, WorkerRow } from "../job.ts";
import type { JobStatus, WorkRow } from "../work-row.ts";
import type { JobId } from "../job-id.ts";
import type { SegmentRef, SegmentRow } from "../segment.ts";
import type { Transition } from "../protocol/transition.ts";

export type Moved<Row extends WorkRow = JobRow> =
  | { readonly moved: true; readonly row: Row }
  /** The condition did not hold, and the write had not worked earlier either. `row` is absent when there is none. */
  | { readonly moved: false; readonly row?: Row };

export interface JobPage {
  readonly jobs: readonly JobRow[];
  readonly cursor?: string;
}

/** The rows of segments, each under its plan. Reads are strongly consistent. */
export interface SegmentStore {
  /** False when a row with this name is there already. */
  insert(row: SegmentRow): Promise<boolean>;
  find(ref: SegmentRef): Promise<SegmentRow | undefined>;
  /** As a job's: applies the transition if its condition holds, and recognises its own lost response. */
  move(ref: SegmentRef, transition: Transition): Promise<Moved<SegmentRow>>;
  /** All of one plan, by index. */
  list(plan: Omit<SegmentRef, "index">): Promise<readonly SegmentRow[]>;
}

/** The rows of all jobs: the truth. Reads by id are strongly consistent; lists may lag by a moment. */
export interface JobStore {
  readonly segments: SegmentStore;
  /** False when a row with this id is there already. */
  insert(row: JobRow): Promise<boolean>;
  find(jobId: JobId): Promise<JobRow | undefined>;
  /** Applies the transition if its condition holds; recognises its own lost response. */
  move(jobId: JobId, transition: Transition): Promise<Moved>;
  /** Removes a row that is marked as deleted, and only such a one, with all of its segments. */
  remove(jobId: JobId): Promise<boolean>;
  /** Newest first, without deleted ones. A page may be short; the cursor says whether there is more. */
  listByOwner(query: {
    owner: string;
    status?: JobStatus;
    limit: number;
    cursor?: string;
  }): Promise<JobPage>;
  /** Ids of rows whose `dueAt` is before the given time, oldest first. */
  listDue(query: { shard: string; before: number; limit: number }): Promise<readonly JobId[]>;
  /** Jobs that wait for a worker, the longest waiting first. */
  listWaiting(query: { limit: number }): Promise<readonly JobRow[]>;
  /** How many jobs wait in front of the given time (counted up to `limit`), and since when the oldest does. */
  waiting(query: {
    before: number;
    limit: number;
  }): Promise<{ count: number; oldestSince?: number }>;
}

/** Heartbeats of workers. */
export interface WorkerRegistry {
  beat(worker: WorkerRow): Promise<void>;
  forget(workerId: string): Promise<void>;
  list(): Promise<readonly WorkerRow[]>;
}

/** Requests that came with a key: the same key leads to the same job. */
export interface IdempotencyStore {
  /** Keeps the job id under the key, also in the place of `insteadOf`, or answers what else is kept there. */
  reserve(entry: {
    owner: string;
    key: string;
    requestHash: string;
    jobId: JobId;
    expiresAt: number;
    insteadOf?: JobId;
  }): Promise<{ jobId: JobId; requestHash: string }>;
}
