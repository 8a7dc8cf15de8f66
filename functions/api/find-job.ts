import { PermanentError } from "../../contracts/errors.ts";
import type { JobId } from "../../contracts/job-id.ts";
import type { JobRow } from "../../contracts/job.ts";
import type { JobStore } from "../../contracts/ports/job-store.ts";

/** The caller's job. Another's and a deleted one look like none. */
export async function findJob(
  jobs: JobStore,
  { owner, jobId }: { owner: string; jobId: JobId },
): Promise<JobRow> {
  const row = await jobs.find(jobId);
  if (row?.owner === owner && row.deletedAt === undefined) return row;
  throw new PermanentError("JOB_NOT_FOUND", `There is no job ${jobId}.`);
}
