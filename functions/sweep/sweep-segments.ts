import type { JobRow } from "../../contracts/job.ts";
import { limits } from "../../contracts/limits.ts";
import type { JobStore } from "../../contracts/ports/job-store.ts";
import type { segmentEnder } from "../../contracts/protocol/end-segment.ts";
import { redispatchSecondsAfter } from "../../contracts/protocol/owner-transitions.ts";
import type { SegmentRow } from "../../contracts/segment.ts";
import { isTerminal } from "../../contracts/work-row.ts";
import type { sweepWork } from "./sweep-work.ts";

export interface SweepSegmentsDependencies {
  readonly jobs: Pick<JobStore, "segments">;
  readonly work: ReturnType<typeof sweepWork>;
  readonly endSegment: ReturnType<typeof segmentEnder>;
  readonly now: () => number;
}

/** Repairs the segments of a job that is being detected, from their rows: at most `segmentsMax` of them. */
export function sweepSegments({ jobs, work, endSegment, now }: SweepSegmentsDependencies) {
  /** A message is sent anew after a while that doubles; one that was never sent, soon. */
  function isDue({ dispatchedAt: spreadAt }: JobRow, row: SegmentRow): boolean {
    const { dispatches, waitingSince = row.createdAt } = row;
    const sentAt = row.dispatchedAt ?? spreadAt ?? 0;
    const seconds =
      sentAt >= waitingSince ? redispatchSecondsAfter(dispatches) : limits.undispatchedSeconds;
    return Math.max(sentAt, waitingSince) + seconds * 1000 <= now();
  }

  async function sweep(job: JobRow, row: SegmentRow): Promise<SegmentRow> {
    if (row.status === "pending" && !isDue(job, row) && row.attempts < limits.attemptsMax) {
      return row;
    }
    if (row.status !== "pending" && row.status !== "running") return row;
    const swept = await work[row.status](row);
    return swept.is === "failed" ? (swept.row as SegmentRow) : row;
  }

  return async (job: JobRow): Promise<void> => {
    const { jobId, planFence = -1, endedSegments } = job;
    const rows = await jobs.segments.list({ jobId, planFence });
    const isFull = (endedSegments?.size ?? 0) >= rows.length;
    for (const row of rows) {
      const after = await sweep(job, row);
      // A full set whose assembly was not begun: any of its segments begins it.
      const isUnnoted = isTerminal(after.status) && !endedSegments?.has(after.index);
      if (isUnnoted || (isFull && after === rows.at(-1))) await endSegment(job, after);
    }
  };
}
