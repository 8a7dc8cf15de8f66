import { PermanentError, RetryableError } from "../contracts/errors.ts";
import type { EngineFacts } from "../contracts/artifact.ts";
import type { JobRow } from "../contracts/job.ts";
import type { SegmentRow } from "../contracts/segment.ts";
import { isTerminal } from "../contracts/work-row.ts";
import type { Cut } from "./pipeline/cut/cut-segments.ts";

const refuse = (why: string): never => {
  throw new RetryableError("SEGMENTS_DISAGREE", why);
};

/**
 * Whether the segments of a plan are all there, have all ended, touch each other, hold the frames that they promise and come from one
 * engine. Throws `RetryableError` where not:
 * then the rows are not what the job's row says, and joining them would hide it; `PermanentError` with the last reason
 * where not one of them could be detected.
 */
export function verifySegments(
  { segmentsTotal }: Pick<JobRow, "segmentsTotal">,
  rows: readonly SegmentRow[],
): void {
  if (rows.length !== segmentsTotal)
    refuse(`${rows.length} of ${segmentsTotal} segments are there.`);
  const { fingerprint } = engineOfSegments(rows);
  for (const [position, row] of rows.entries()) {
    const next = rows[position + 1];
    if (row.index !== position) refuse(`Segment ${position} is called ${row.index}.`);
    if (!isTerminal(row.status)) refuse(`Segment ${position} is still ${row.status}.`);
    if (row.status === "completed" && !row.part) refuse(`Segment ${position} has no part.`);
    const { part } = row;
    if (part && part.frames < row.framesTotal && part.gaps.length === 0) {
      refuse(`Segment ${position} has ${part.frames} of ${row.framesTotal} frames, and no gap.`);
    }
    if (row.engine !== fingerprint || (part && part.engine !== fingerprint)) {
      refuse(`Segment ${position} is of another engine than the first, as the plan has it.`);
    }
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

/** What the plan of these segments was made with, by the first of them. Throws `RetryableError` where it does not say so. */
export const engineOfSegments = ([first]: readonly SegmentRow[]): EngineFacts =>
  first?.engineFacts ?? refuse("The first segment does not say which engine the plan is for.");

/** Whether they reach from the first to the last frame that is to be analysed. Throws `RetryableError` where not. */
export function verifyCover(
  rows: readonly Pick<SegmentRow, "fromPts" | "toPts">[],
  { segments }: Cut,
): void {
  const [first, last] = [segments[0], segments.at(-1)!];
  const [begins, ends] = [rows[0]?.fromPts, rows.at(-1)?.toPts];
  if (begins === first.fromPts && ends === last.toPts) return;
  refuse(`They reach from ${begins} to ${ends}, the video from ${first.fromPts} to ${last.toPts}.`);
}
