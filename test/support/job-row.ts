import { JobId } from "../../contracts/job-id.ts";
import { notYetTaken } from "../../contracts/protocol/submitted-row.ts";
import type { JobRow } from "../../contracts/job.ts";

export const aJobId = JobId.parse("01jd0000000000000000000000");

/** A job that waits for its upload, as `submit` inserts it; the test names what differs. */
export const aJobRow = (differences: Partial<JobRow> = {}): JobRow => ({
  jobId: aJobId,
  owner: "team",
  status: "awaiting_upload",
  filename: "match.mp4",
  contentType: "video/mp4",
  sizeBytes: 1000,
  pipelineId: "pitch",
  options: {},
  run: 1,
  ...notYetTaken,
  history: [],
  createdAt: 0,
  ...differences,
});
