import type { JobStore } from "../../contracts/ports/job-store.ts";
import { markDeleted } from "../../contracts/protocol/owner-transitions.ts";
import { aboutJob, type Log } from "../log.ts";
import type { jobRemover } from "../remove-job.ts";
import { findJob } from "./find-job.ts";
import type { RouteRequest } from "./route-request.ts";

export interface DeleteJobDependencies {
  readonly jobs: JobStore;
  readonly removeJob: ReturnType<typeof jobRemover>;
  readonly log: Log;
  readonly now: () => number;
}

/** Hides a job at once and fences off its worker; then removes its objects and its row. */
export function deleteJob({ jobs, removeJob, log, now }: DeleteJobDependencies) {
  return async (ids: Pick<RouteRequest<"deleteJob">, "owner" | "jobId">): Promise<void> => {
    const row = await findJob(jobs, ids);
    const { row: marked } = await jobs.move(row.jobId, markDeleted(row, { now: now() }));
    try {
      if (marked) await removeJob(marked);
    } catch (error) {
      // Marked is as good as gone for everyone; the sweeper removes what is left.
      log.warn("The objects of a deleted job are still there.", { ...aboutJob(row), error });
    }
  };
}
