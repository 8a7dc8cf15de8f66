import type { JobRow } from "../job.ts";
import type { JobId } from "../job-id.ts";
import { limits } from "../limits.ts";

/** Marks of rows that the sweeper looks at, and of rows that wait for a worker; both leave with the status. */
export const waitingQueue = "WAITING";

export const dueShards: readonly string[] = Array.from(
  { length: limits.dueShards },
  (_, shard) => `due-${shard}`,
);

/** The last character of a ULID is random: rows spread evenly. */
export const dueShardOf = (jobId: JobId): string =>
  dueShards[jobId.charCodeAt(25) % limits.dueShards]!;

export const dueIn = (jobId: JobId, now: number, seconds: number): Partial<JobRow> => ({
  dueShard: dueShardOf(jobId),
  dueAt: now + seconds * 1000,
});

/** What a row loses when nobody holds it any more. */
export const claimFields = ["nonce", "workerId", "leaseUntil", "progress"] as const;
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
