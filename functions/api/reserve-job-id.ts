import { createHash } from "node:crypto";
import type { SubmitVideoRequest } from "../../contracts/api.ts";
import { PermanentError } from "../../contracts/errors.ts";
import { type JobId, madeAt } from "../../contracts/job-id.ts";
import { limits } from "../../contracts/limits.ts";
import type { IdempotencyStore, JobStore } from "../../contracts/ports/job-store.ts";

export interface ReserveJobIdDependencies {
  readonly jobs: Pick<JobStore, "find">;
  readonly idempotency: IdempotencyStore;
  readonly newJobId: () => JobId;
  readonly now: () => number;
}

/** The id of the job that a key stands for: what is kept under it, or a new one. The key of a deleted job is free again. */
export async function reserveJobId(
  { owner, body, key }: { owner: string; body: SubmitVideoRequest; key: string },
  dependencies: ReserveJobIdDependencies,
): Promise<JobId> {
  const { idempotency, newJobId, now } = dependencies;
  if (!key || key.length > limits.idempotencyKeyLengthMax) {
    throw new PermanentError(
      "INVALID_REQUEST",
      `Idempotency-Key: has 1 to ${limits.idempotencyKeyLengthMax} characters`,
    );
  }
  const requestHash = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  const entry = {
    owner,
    key,
    requestHash,
    jobId: newJobId(),
    expiresAt: Math.floor(now() / 1000) + limits.idempotencySeconds,
  };
  const kept = await idempotency.reserve(entry);
  const isFree = kept.jobId !== entry.jobId && (await isGone(kept.jobId, dependencies));
  const reserved = isFree ? await idempotency.reserve({ ...entry, insteadOf: kept.jobId }) : kept;
  if (reserved.requestHash === requestHash) return reserved.jobId;
  throw new PermanentError(
    "IDEMPOTENCY_KEY_REUSED",
    `The key belongs to job ${reserved.jobId}, which was asked for with another body.`,
  );
}

/** A deleted job's id must not come to life again: whoever heard of its end would take the next end for the same. */
async function isGone(jobId: JobId, { jobs, now }: ReserveJobIdDependencies): Promise<boolean> {
  const row = await jobs.find(jobId);
  if (row) return row.deletedAt !== undefined;
  // Without a row a young id is that of a request which is not done, or died before the row.
  return madeAt(jobId) + limits.submitSeconds * 1000 < now();
}
