import { eventTypes, type JobEnded } from "../event.ts";
import type { JobRow } from "../job.ts";
import type { EventBus } from "../ports/event-bus.ts";
import type { JobStore } from "../ports/job-store.ts";
import { isTerminal, type terminalStatuses } from "../work-row.ts";
import { markTold } from "./sweeper-transitions.ts";

export interface TellEndDependencies {
  readonly jobs: Pick<JobStore, "move">;
  readonly events: EventBus;
}

export type TellEnd = ReturnType<typeof endTeller>;

/** Tells the end of a row's run, where that was not done yet, and notes it. A crash in between tells it twice. */
export function endTeller({ jobs, events }: TellEndDependencies) {
  return async (row: JobRow): Promise<void> => {
    if (row.untold === undefined) return;
    await events.tell([endOf(row)]);
    await jobs.move(row.jobId, markTold(row));
  };
}

/** The event of a run that has ended; each time the same for the same run. */
export function endOf(row: JobRow): JobEnded {
  const { jobId, owner, run, filename, pipelineId, finishedAt = 0, error } = row;
  if (!isTerminal(row.status)) throw new Error(`Job ${jobId} is ${row.status}: it has no end yet`);
  const status = row.status as (typeof terminalStatuses)[number];
  return {
    type: eventTypes.jobEnded,
    detail: {
      event_id: `${jobId}-${run}-${status}`,
      job_id: jobId,
      owner,
      run,
      status,
      filename,
      pipeline_id: pipelineId,
      finished_at: new Date(finishedAt).toISOString(),
      // An attempt's error may be left on a job that was cancelled after it.
      ...(status === "failed" && error && { error }),
    },
  };
}
