import type { JobRow, JobStatus, WorkerRow } from "../job.ts";
import type { JobId } from "../job-id.ts";
import type { Transition } from "../protocol/transition.ts";

export type Moved =
  | { readonly moved: true; readonly row: JobRow }
  /** The condition did not hold, and the write had not worked earlier either. `row` is absent when there is none. */
  | { readonly moved: false; readonly row?: JobRow };

export interface JobPage {
  readonly jobs: readonly JobRow[];
  readonly cursor?: string;
}

/** The rows of all jobs: the truth. Reads by id are strongly consistent; lists may lag by a moment. */
export interface JobStore {
  /** False when a row with this id is there already. */
  insert(row: JobRow): Promise<boolean>;
  find(jobId: JobId): Promise<JobRow | undefined>;
  /** Applies the transition if its condition holds; recognises its own lost response. */
  move(jobId: JobId, transition: Transition): Promise<Moved>;
  /** Removes a row that is marked as deleted, and only such a one. */
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
  /** Keeps the job id under the key, or answers what is kept there. */
  reserve(entry: {
    owner: string;
    key: string;
    requestHash: string;
    jobId: JobId;
    expiresAt: number;
  }): Promise<{ jobId: JobId; requestHash: string }>;
}
