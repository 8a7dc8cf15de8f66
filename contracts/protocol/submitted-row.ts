import type { JobRow } from "../job.ts";

/** The counters of a row that no worker has had yet. */
export const notYetTaken = {
  fence: 0,
  attempts: 0,
  interruptions: 0,
  dispatches: 0,
  deadLetters: 0,
} as const;

type Asked = Pick<
  JobRow,
  "jobId" | "owner" | "filename" | "contentType" | "pipelineId" | "options" | "traceId"
>;

/** The row that every job begins with, before anything has arrived. */
export const submittedRow = (asked: Asked, { now }: { now: number }): JobRow => ({
  ...asked,
  status: "awaiting_upload",
  run: 1,
  ...notYetTaken,
  history: [{ at: now, event: "submitted", run: 1, fence: 0 }],
  createdAt: now,
});
