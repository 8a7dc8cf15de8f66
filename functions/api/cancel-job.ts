import type { JobView } from "../../contracts/api.ts";
import { PermanentError } from "../../contracts/errors.ts";
import { isTerminal } from "../../contracts/work-row.ts";
import { limits } from "../../contracts/limits.ts";
import type { JobStore } from "../../contracts/ports/job-store.ts";
import { cancelWaiting, requestCancel } from "../../contracts/protocol/owner-transitions.ts";
import type { Explain } from "./explain.ts";
import { findJob } from "./find-job.ts";
import { jobView } from "./job-view.ts";
import type { RouteRequest } from "./route-request.ts";

export interface CancelJobDependencies {
  readonly jobs: JobStore;
  readonly explain: Explain;
  readonly now: () => number;
}

/** Stops a job: at once where nobody holds it, else its worker is asked to. Cancelling twice is no error. */
export function cancelJob({ jobs, explain, now }: CancelJobDependencies) {
  return async (ids: Pick<RouteRequest<"cancelJob">, "owner" | "jobId">): Promise<JobView> => {
    // A worker may take or give back the job between reading and writing; then it is looked at again.
    for (let tries = 0; tries < limits.moveTriesMax; tries++) {
      const row = await findJob(jobs, ids);
      if (row.status === "cancelled") return jobView(row, null);
      if (isTerminal(row.status)) {
        throw new PermanentError("JOB_NOT_CANCELLABLE", `The job is ${row.status}.`);
      }
      const isHeld = row.status === "running" && row.phase !== "detect";
      const cancel = isHeld ? requestCancel : cancelWaiting;
      const { moved, row: after } = await jobs.move(row.jobId, cancel(row, { now: now() }));
      if (moved && after) return jobView(after, await explain.one(after));
    }
    throw new Error("The job changed hands at every try to cancel it.");
  };
}
