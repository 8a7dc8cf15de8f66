import type { JobRow } from "../job.ts";
import { messageFor } from "../message.ts";
import type { SegmentRow } from "../segment.ts";
import type { JobError } from "../work-row.ts";
import type { DispatchDependencies } from "./dispatch.ts";
import { beginAssembly, failOfSegment, noteSegment } from "./segment-transitions.ts";

/**
 * What follows from a segment that has ended: it is entered into its job's set, the last one lets the job be assembled,
 * and one that failed fails a job of which nothing may be missing. Each step may be repeated, by whoever sees the row.
 * True where the caller is the one who let it be assembled and has said that it joins: then no message calls another.
 */
export function segmentEnder(ports: DispatchDependencies) {
  const { jobs, queue, now } = ports;

  return async (
    job: JobRow,
    segment: SegmentRow,
    { joins = false }: { joins?: boolean } = {},
  ): Promise<boolean> => {
    const { jobId } = job;
    if (segment.status === "failed" && job.partialAllowed === false) {
      await jobs.move(jobId, failOfSegment(job, { now: now(), error: errorOf(segment) }));
      return false;
    }
    const noted = await jobs.move(jobId, noteSegment(job, { now: now(), index: segment.index }));
    if (!noted.moved || !allEnded(noted.row)) return false;
    const { moved, row } = await jobs.move(jobId, beginAssembly(noted.row, { now: now() }));
    if (!moved || !row || joins) return moved && joins;
    await queue.send(messageFor(row), { owner: row.owner });
    return false;
  };
}

/** Whether every segment of the job's plan is in its set. */
export const allEnded = ({ endedSegments, segmentsTotal = Infinity }: JobRow): boolean =>
  (endedSegments?.size ?? 0) >= segmentsTotal;

const errorOf = ({ index, error }: SegmentRow): JobError => ({
  code: error?.code ?? "WORKER_FAILED",
  message: `Segment ${index}: ${error?.message ?? "it failed without a word"}`,
});
