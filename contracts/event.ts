import type { JobId } from "./job-id.ts";
import type { terminalStatuses } from "./work-row.ts";

/** EventBridge's `source` of everything that the system tells. */
export const eventSource = "framequeue";

/** EventBridge's `detail-type`s: work waits for a worker, or a run of a job has ended. */
export const eventTypes = { workQueued: "Work Queued", jobEnded: "Job Ended" } as const;

/** Work waits: whoever starts workers may look. Losing it loses a minute. */
export interface WorkQueued {
  readonly type: typeof eventTypes.workQueued;
  readonly detail: { readonly job_id: JobId };
}

/** A run has come to an end. Told at least once; `event_id` is the same each time. */
export interface JobEnded {
  readonly type: typeof eventTypes.jobEnded;
  readonly detail: {
    readonly event_id: string;
    readonly job_id: JobId;
    readonly owner: string;
    readonly run: number;
    readonly status: (typeof terminalStatuses)[number];
    readonly filename: string;
    readonly pipeline_id: string;
    /** ISO 8601. */
    readonly finished_at: string;
    readonly error?: { readonly code: string; readonly message: string };
  };
}

export type SystemEvent = WorkQueued | JobEnded;
