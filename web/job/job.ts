import { signal } from "@preact/signals";
import type { JobView } from "../../contracts/api.ts";
import { isTerminal } from "../../contracts/work-row.ts";
import { getJob } from "../api/calls.ts";
import { ApiProblem } from "../api/client.ts";
import { poll } from "../api/poll.ts";
import { lookAfterMove } from "../health/health.ts";
import { tidyUploads } from "../upload/upload-state.ts";

/** One job that stays fresh until it has ended, or until stopped. */
export function watchJob(jobId: string) {
  const job = signal<JobView | undefined>(undefined);
  const fault = signal<unknown>(undefined);

  const { stop, now } = poll(async (signal) => {
    try {
      const before = job.value?.status;
      job.value = await getJob(jobId, signal);
      lookAfterMove(before, job.value.status);
      fault.value = undefined;
      tidyUploads([job.value]);
      if (isTerminal(job.value.status)) return null;
      return job.value.status === "running" ? 1000 : 2000;
    } catch (error) {
      if (signal.aborted) return null;
      fault.value = error;
      if (error instanceof ApiProblem && error.status === 404) return null;
      throw error;
    }
  });

  return { job, fault, now, stop };
}
