import type { JobRow } from "../contracts/job.ts";
import { keys } from "../contracts/keys.ts";
import { limits } from "../contracts/limits.ts";
import type { JobStore } from "../contracts/ports/job-store.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";
import type { Timing } from "../contracts/timing.ts";

export interface RemoveJobDependencies {
  readonly jobs: JobStore;
  readonly bucket: MediaBucket;
  readonly now: () => number;
  readonly timing: Timing;
}

/**
 * Removes the objects of a deleted job, and its row once nobody can add another object.
 * Answers for how many more seconds somebody can; 0 when the row is gone.
 */
export function jobRemover({ jobs, bucket, now, timing }: RemoveJobDependencies) {
  return async (row: JobRow): Promise<number> => {
    const left = secondsUntilQuiet(row, { now: now(), timing });
    await bucket.removeAll(keys.uploadFolder(row.jobId));
    await bucket.removeAll(keys.resultFolder(row.jobId));
    if (row.source?.key.startsWith(keys.inbox)) await bucket.remove(row.source.key);

    if (left === 0) await jobs.remove(row.jobId);
    return left;
  };
}

/** A worker writes while its lease lives; a client puts while its presigned URL does. */
function secondsUntilQuiet(
  { status, phase, leaseUntil = 0, deletedAt = 0 }: JobRow,
  { now, timing }: { now: number; timing: Timing },
): number {
  const leaseMilliseconds = (timing.leaseSeconds + timing.marginSeconds) * 1000;
  const quietAt =
    status === "running"
      ? // Workers on segments read the job's row before they renew.
        phase === "detect"
        ? deletedAt + leaseMilliseconds
        : leaseUntil + timing.marginSeconds * 1000
      : status === "awaiting_upload"
        ? deletedAt + limits.presignSeconds * 1000
        : 0;
  return Math.max(0, Math.ceil((quietAt - now) / 1000));
}
