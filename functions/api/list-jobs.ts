import type { JobListView } from "../../contracts/api.ts";
import { PermanentError } from "../../contracts/errors.ts";
import { JobId } from "../../contracts/job-id.ts";
import type { JobStore } from "../../contracts/ports/job-store.ts";
import type { Explain } from "./explain.ts";
import { jobView } from "./job-view.ts";
import type { RouteRequest } from "./route-request.ts";

/** The caller's jobs, newest first. */
export function listJobs({
  jobs,
  explain,
}: {
  readonly jobs: JobStore;
  readonly explain: Explain;
}) {
  return async ({
    owner,
    query: { limit, status, cursor },
  }: Pick<RouteRequest<"listJobs">, "owner" | "query">): Promise<JobListView> => {
    if (cursor !== undefined && !JobId.safeParse(cursor).success) {
      throw new PermanentError("INVALID_REQUEST", "cursor: is not one that a list has given");
    }
    const page = await jobs.listByOwner({
      owner,
      limit,
      ...(status && { status }),
      ...(cursor !== undefined && { cursor }),
    });
    const reasons = await explain.many(page.jobs);
    return {
      jobs: page.jobs.map((row, index) => jobView(row, reasons[index] ?? null)),
      next_cursor: page.cursor ?? null,
    };
  };
}
