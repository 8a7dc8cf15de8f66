import type { JobRow, Source } from "../contracts/job.ts";
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
    if (row.source?.key.startsWith(keys.inbox)) await removeFile(bucket, row.source);

    // An end that is not told yet stands in the row alone.
    if (left === 0 && row.untold === undefined) await jobs.remove(row.jobId);
    return left;
  };
}

/** Another file may have come under the same name since: that one is another job's. */
async function removeFile(bucket: MediaBucket, { key, etag, lastModified }: Source): Promise<void> {
  const there = await bucket.head(key);
  if (there?.etag !== etag) return;
  if (there.lastModified === (lastModified ?? there.lastModified)) await bucket.remove(key);
}

/**
 * A client puts while its presigned URL lives, a worker while its lease does, whatever the row says: it may have lost the
 * job long ago and be in the middle of a put. The row stays so long, hidden, and with it whatever comes late is found.
 */
function secondsUntilQuiet(
  { deletedAt = 0 }: JobRow,
  { now, timing }: { now: number; timing: Timing },
): number {
  const quietAfter = Math.max(limits.presignSeconds, timing.leaseSeconds + timing.marginSeconds);
  return Math.max(0, Math.ceil((deletedAt - now) / 1000 + quietAfter));
}
