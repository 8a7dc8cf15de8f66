import type { JobId } from "../job-id.ts";
import { limits } from "../limits.ts";
import type { RowFields } from "./transition.ts";

/** Marks of rows that the sweeper looks at, and of rows that wait for a worker; both leave with the status. */
export const waitingQueue = "WAITING";

export const dueShards: readonly string[] = Array.from(
  { length: limits.dueShards },
  (_, shard) => `due-${shard}`,
);

/** The last character of a ULID is random: rows spread evenly. */
export const dueShardOf = (jobId: JobId): string =>
  dueShards[jobId.charCodeAt(25) % limits.dueShards]!;

/** What names a row as far as its schedule goes; a segment has an index. */
export interface Scheduled {
  readonly jobId: JobId;
  readonly index?: number;
}

/** When the sweeper looks at a row again. A segment is not looked at by itself: the sweep of its job sees it. */
export const dueIn = (
  { jobId, index }: Scheduled,
  now: number,
  seconds: number,
): Partial<RowFields> =>
  index === undefined ? { dueShard: dueShardOf(jobId), dueAt: now + seconds * 1000 } : {};

/** A row that waits for a worker from now on. Segments wait outside the index: it counts jobs. */
export const waitingFrom = (row: Scheduled, now: number): Partial<RowFields> => ({
  ...(row.index === undefined && { waitingQueue }),
  waitingSince: now,
});

/** What a row loses when nobody holds it any more. */
export const claimFields = ["nonce", "workerId", "leaseUntil", "progress"] as const;
/** What a job's row loses when it is to be cut anew. */
export const planFields = [
  "phase",
  "planFence",
  "segmentsTotal",
  "endedSegments",
  "partialAllowed",
  "segmentEndedAt",
  "engine",
] as const;
/** What a row loses when it ends: it leaves both sparse indexes. */
export const endedFields = [
  ...claimFields,
  "notBefore",
  "cancelRequestedAt",
  "dueShard",
  "dueAt",
  "waitingQueue",
  "waitingSince",
] as const;
