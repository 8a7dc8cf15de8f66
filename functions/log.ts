import type { JobRow } from "../contracts/job.ts";
import { traceIdOf } from "../contracts/trace-id.ts";

/** Where behaviour says what a person may have to know later. Never URLs or keys of clients. */
export interface Log {
  info(message: string, details: Record<string, unknown>): void;
  warn(message: string, details: Record<string, unknown>): void;
  error(message: string, details: Record<string, unknown>): void;
}

/** What each line about a job says of it. */
export const aboutJob = (row: Pick<JobRow, "jobId" | "traceId">) => ({
  jobId: row.jobId,
  trace_id: traceIdOf(row),
});
