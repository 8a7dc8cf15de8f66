import type { JobId } from "../job-id.ts";
import type { JobRow } from "../job.ts";
import { limits } from "../limits.ts";
import type { RowFields, Update } from "./transition.ts";

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
] as const;
/** What a row loses when the sweeper need not look at it any more. */
export const dueFields = ["dueShard", "dueAt"] as const;

const endedFields = [
  ...claimFields,
  "notBefore",
  "cancelRequestedAt",
  "waitingQueue",
  "waitingSince",
] as const;

/**
 * What becomes of a row's fields when it ends, beside what the end itself says. A job stays in the sweeper's index until
 * its end is told; `isDue` says that it is there already, for about as soon: to move it within the index would cost
 * as much as the write itself.
 */
export function ended(
  row: Scheduled,
  {
    now,
    mayHaveOrphans,
    isDue = false,
    set,
  }: { now: number; mayHaveOrphans: boolean; isDue?: boolean; set: Partial<RowFields> },
): Pick<Update, "set" | "remove"> {
  if (row.index !== undefined) return { set: { ...set, finishedAt: now }, remove: endedFields };
  return {
    set: {
      ...set,
      finishedAt: now,
      untold: mayHaveOrphans ? "may_have_orphans" : "clean",
      ...(!isDue && dueIn(row, now, limits.untoldSeconds)),
    },
    remove: endedFields,
  };
}

/**
 * What becomes of an ended row when its end has been told. Where attempts may have left objects that no result points
 * to, the sweeper looks once more, after nobody can write any.
 */
export function told({ jobId, untold, finishedAt = 0 }: JobRow): Pick<Update, "set" | "remove"> {
  return untold === "may_have_orphans"
    ? { set: dueIn({ jobId }, finishedAt, limits.orphanSeconds), remove: ["untold"] }
    : { remove: ["untold", ...dueFields] };
}
