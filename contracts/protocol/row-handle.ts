import type { JobStore, Moved } from "../ports/job-store.ts";
import type { WorkRow } from "../work-row.ts";
import type { RowFields, Transition } from "./transition.ts";

/** A job's row or a segment's, with what either may have beside what both have. */
export type AnyRow = WorkRow & Partial<RowFields>;

/** The one row that a piece of work is about, whether it is a job's or a segment's. */
export interface RowHandle {
  readonly find: () => Promise<AnyRow | undefined>;
  readonly move: (transition: Transition) => Promise<Moved<AnyRow>>;
}

/** Leads to the row of a job, or, with an index, of a segment. */
export function rowHandle(
  jobs: Pick<JobStore, "find" | "move" | "segments">,
  { jobId, index, planFence = -1 }: Pick<AnyRow, "jobId" | "index" | "planFence">,
): RowHandle {
  if (index === undefined) {
    return { find: () => jobs.find(jobId), move: (transition) => jobs.move(jobId, transition) };
  }
  const ref = { jobId, planFence, index };
  return {
    find: () => jobs.segments.find(ref),
    move: (transition) => jobs.segments.move(ref, transition),
  };
}
