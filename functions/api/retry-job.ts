import type { JobView } from "../../contracts/api.ts";
import { PermanentError } from "../../contracts/errors.ts";
import type { JobRow } from "../../contracts/job.ts";
import { limits } from "../../contracts/limits.ts";
import type { JobStore } from "../../contracts/ports/job-store.ts";
import { retry } from "../../contracts/protocol/owner-transitions.ts";
import type { Dispatch } from "../../contracts/protocol/dispatch.ts";
import type { TellEnd } from "../../contracts/protocol/tell-end.ts";
import { aboutJob, type Log } from "../log.ts";
import type { Explain } from "./explain.ts";
import { findJob } from "./find-job.ts";
import { jobView } from "./job-view.ts";
import type { RouteRequest } from "./route-request.ts";

export interface RetryJobDependencies {
  readonly jobs: JobStore;
  readonly dispatch: Dispatch;
  readonly tellEnd: TellEnd;
  readonly explain: Explain;
  readonly log: Log;
  readonly now: () => number;
}

/** Starts the next run of a job that failed or was cancelled. */
export function retryJob({ jobs, dispatch, tellEnd, explain, log, now }: RetryJobDependencies) {
  return async (ids: Pick<RouteRequest<"retryJob">, "owner" | "jobId">): Promise<JobView> => {
    const row = await findJob(jobs, ids);
    const obstacle = obstacleOf(row);
    if (obstacle) throw new PermanentError("JOB_NOT_RETRYABLE", obstacle);

    // Whoever should have told it may have died; after this there is nothing left to tell it from.
    await tellEnd(row);
    const { moved, row: after } = await jobs.move(row.jobId, retry(row, { now: now() }));
    if (!moved || !after) {
      throw new PermanentError("JOB_NOT_RETRYABLE", "The job changed at the same moment.");
    }
    try {
      await dispatch(after);
    } catch (error) {
      // The row says that the job waits, and the sweeper sends what was not sent.
      log.warn("The message of a retried job was not sent.", { ...aboutJob(row), error });
    }
    return jobView(after, await explain.one(after));
  };
}

function obstacleOf({ status, source, run }: JobRow): string | undefined {
  if (status !== "failed" && status !== "cancelled") return `The job is ${status}.`;
  if (!source) return "Its video was never accepted.";
  return run >= limits.runsMax ? `It had all of its ${limits.runsMax} runs.` : undefined;
}
