import type { JobId } from "../../contracts/job-id.ts";
import type { WorkMessage } from "../../contracts/message.ts";

/** The message that begins a run of a job. */
export const planMessage = (jobId: JobId, run: number): WorkMessage => ({
  version: 1,
  job_id: jobId,
  run,
  kind: "plan",
});
