import { PermanentError, RetryableError } from "../contracts/errors.ts";
import type { JobRow } from "../contracts/job.ts";
import type { SegmentRow } from "../contracts/segment.ts";
import { isTerminal } from "../contracts/work-row.ts";

/**
 * Whether the segments of a plan are all there, have all ended and tile the video. Throws `RetryableError` where not:
 * then the rows are not what the job's row says, and joining them would hide it; `PermanentError` with the last reason
 * where not one of them could be detected.
 */
export function verifySegments(
  { segmentsTotal }: Pick<JobRow, "segmentsTotal">,
  rows: readonly SegmentRow[],
): void {
  const refuse = (why: string) => {
    throw new RetryableError("SEGMENTS_DISAGREE", why);
  };
  if (rows.length !== segmentsTotal)
    refuse(`${rows.length} of ${segmentsTotal} segments are there.`);
  for (const [position, row] of rows.entries()) {
    const next = rows[position + 1];
    if (row.index !== position) refuse(`Segment ${position} is called ${row.index}.`);
    if (!isTerminal(row.status)) refuse(`Segment ${position} is still ${row.status}.`);
    if (row.status === "completed" && !row.part) refuse(`Segment ${position} has no part.`);
    if (next && row.toPts !== next.fromPts) {
      refuse(`Segment ${position} ends at ${row.toPts}, the next begins at ${next.fromPts}.`);
    }
  }
  const last = rows.findLast(({ status }) => status === "failed")?.error;
  if (rows.every(({ status }) => status === "failed")) {
    throw new PermanentError(
      last?.code ?? "WORKER_FAILED",
      `Not one of ${rows.length} segments could be detected; the last: ${last?.message ?? "no reason"}`,
    );
  }
}
