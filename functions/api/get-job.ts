import type { JobView } from "../../contracts/api.ts";
import type { JobStore } from "../../contracts/ports/job-store.ts";
import type { Explain } from "./explain.ts";
import { findJob } from "./find-job.ts";
import { jobView } from "./job-view.ts";
import type { RouteRequest } from "./route-request.ts";

/** One job, and why it does not move. */
export function getJob({ jobs, explain }: { readonly jobs: JobStore; readonly explain: Explain }) {
  return async (ids: Pick<RouteRequest<"getJob">, "owner" | "jobId">): Promise<JobView> => {
    const row = await findJob(jobs, ids);
    const { jobId, planFence } = row;
    const reading = planFence === undefined ? undefined : jobs.segments.list({ jobId, planFence });
    const [reason, segments] = await Promise.all([explain.one(row, reading), reading]);
    return jobView(row, reason, segments);
  };
}
