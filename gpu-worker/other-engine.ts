import type { JobRow } from "../contracts/job.ts";
import { limits } from "../contracts/limits.ts";
import type { JobStore } from "../contracts/ports/job-store.ts";
import type { ReceivedMessage, WorkQueue } from "../contracts/ports/work-queue.ts";
import type { Dispatch } from "../contracts/protocol/dispatch.ts";
import { replan } from "../contracts/protocol/segment-transitions.ts";
import type { SegmentRef, SegmentRow } from "../contracts/segment.ts";

type PlanRef = Omit<SegmentRef, "index">;

/** The plans that a worker found to be made with another engine. That never changes, and to find it out costs a claim and the video. */
export interface ForeignPlans {
  readonly note: (plan: PlanRef) => void;
  readonly includes: (plan: PlanRef) => boolean;
}

const plansMax = 1000;

export function foreignPlans(): ForeignPlans {
  const known = new Set<string>();
  const nameOf = ({ jobId, planFence }: PlanRef) => `${jobId} ${planFence}`;
  return {
    note(plan) {
      known.add(nameOf(plan));
      const [oldest] = known;
      if (known.size > plansMax) known.delete(oldest!);
    },
    includes: (plan) => known.has(nameOf(plan)),
  };
}

export interface OtherEngineDependencies {
  readonly jobs: JobStore;
  readonly queue: WorkQueue;
  readonly dispatch: Dispatch;
  readonly now: () => number;
}

/** Cuts a job anew, for an engine that is there, where no segment of it has ended for long. */
export async function cutAnewIfStuck(
  job: JobRow,
  { jobs, dispatch, now }: Omit<OtherEngineDependencies, "queue">,
): Promise<void> {
  const answer = await jobs.move(job.jobId, replan(job, { now: now() }));
  if (answer.moved) await dispatch(answer.row);
}

/**
 * Leaves a segment to workers of the engine that cut its job. What idle workers of another one give back counts as received
 * each time, and what was received fifty times passes for work that nobody can take: so a new message follows in time.
 */
export async function leaveToOthers(
  { job, segment }: { readonly job: JobRow; readonly segment: SegmentRow },
  { receipt, receiveCount }: Pick<ReceivedMessage, "receipt" | "receiveCount">,
  dependencies: OtherEngineDependencies,
): Promise<void> {
  const { queue, dispatch } = dependencies;
  if (segment.status === "pending" && receiveCount >= limits.workReceivesMax / 2) {
    await dispatch(segment);
    await queue.acknowledge(receipt);
  } else {
    await queue.renew(receipt, limits.otherEngineSeconds);
  }
  await cutAnewIfStuck(job, dependencies);
}
