import type { JobRow } from "../contracts/job.ts";
import { planMessage } from "../contracts/message.ts";
import type { JobStore } from "../contracts/ports/job-store.ts";
import type { WorkQueue } from "../contracts/ports/work-queue.ts";
import { markDispatched } from "../contracts/protocol/owner-transitions.ts";

export interface DispatchDependencies {
  readonly jobs: JobStore;
  readonly queue: WorkQueue;
  readonly now: () => number;
}

export type Dispatch = ReturnType<typeof dispatcher>;

/** Sends the work message of a pending job, then notes it. A crash in between sends twice, which is harmless. */
export function dispatcher({ jobs, queue, now }: DispatchDependencies) {
  return async (row: JobRow): Promise<void> => {
    await queue.send(planMessage(row.jobId, row.run));
    await jobs.move(row.jobId, markDispatched(row, { now: now() }));
  };
}
