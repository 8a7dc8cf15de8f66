import type { JobRow } from "../contracts/job.ts";
import { limits } from "../contracts/limits.ts";
import { readMessage, type WorkMessage } from "../contracts/message.ts";
import type { JobStore } from "../contracts/ports/job-store.ts";
import type { segmentEnder } from "../contracts/protocol/end-segment.ts";
import { rowHandle, type AnyRow } from "../contracts/protocol/row-handle.ts";
import { cancelAbandoned, exhaust } from "../contracts/protocol/sweeper-transitions.ts";
import { claim, type Lease } from "../contracts/protocol/worker-transitions.ts";
import type { SegmentRow } from "../contracts/segment.ts";
import type { Timing } from "../contracts/timing.ts";
import { traceIdOf } from "../contracts/trace-id.ts";
import { isTerminal } from "../contracts/work-row.ts";
import { exhaustedError } from "./exhausted-error.ts";
import type { ForeignPlans } from "./other-engine.ts";

/** What the log says of the job that a message is about. */
interface About {
  readonly about?: Readonly<Record<string, string>>;
}

/** What to do with one message, by what the rows say. */
export type Claim =
  | {
      readonly is: "claimed";
      readonly row: JobRow;
      /** Where the claim is of one segment of the job. */
      readonly segment?: SegmentRow;
      readonly lease: Lease;
    }
  /** Nothing is left to do: the message may go. */
  | ({ readonly is: "over"; readonly why: string } & About)
  /** Not now: the message must come again. */
  | ({ readonly is: "deferred"; readonly why: string; readonly seconds: number } & About)
  /** Only workers of another engine can do it: the message must come to one of them. */
  | ({ readonly is: "elsewhere"; readonly job: JobRow; readonly segment: SegmentRow } & About)
  /** Not to be understood here: left to come again, and at last to the dead-letter queue. */
  | ({ readonly is: "refused"; readonly why: string } & About);

export interface ClaimDependencies {
  readonly jobs: JobStore;
  readonly endSegment: ReturnType<typeof segmentEnder>;
  readonly foreign: Pick<ForeignPlans, "includes">;
  readonly workerId: string;
  readonly timing: Timing;
  readonly now: () => number;
  readonly random: () => number;
  readonly newNonce: () => string;
}

/** The row may move between reading and writing; each failed write is a look at the newer row. */
const looksMax = 4;

/** Claims the job or the segment that a message speaks of, if it is there to be claimed. */
export function claimWork(dependencies: ClaimDependencies) {
  const { jobs, endSegment, foreign, workerId, timing, now, random, newNonce } = dependencies;
  const over = (why: string): Claim => ({ is: "over", why });

  const abandoned = ({ status, leaseUntil = 0 }: AnyRow) =>
    status === "running" && leaseUntil < now() - timing.marginSeconds * 1000;

  function waiting(row: AnyRow): Claim | undefined {
    if (row.status === "running" && !abandoned(row)) {
      const left = (row.leaseUntil! - now()) / 1000 + timing.marginSeconds;
      // Spread, so that two workers do not meet at the moment when a lease ends.
      const jitter = timing.leaseSeconds * (1 / 12 + random() / 3);
      const seconds = Math.min(left + jitter, limits.backoffSecondsMax);
      return { is: "deferred", why: `held by ${row.workerId ?? "another worker"}`, seconds };
    }
    if (row.status === "pending" && (row.notBefore ?? 0) > now()) {
      return { is: "deferred", why: "backoff", seconds: (row.notBefore! - now()) / 1000 };
    }
    return undefined;
  }

  /** Why the message has nothing to say about the job any more. */
  function whyOver(message: WorkMessage, row: JobRow | undefined): string | undefined {
    if (!row || row.deletedAt !== undefined) return "the job is gone";
    if (row.run !== message.run) return "another run";
    if (isTerminal(row.status)) return row.status;
    const isDetecting = row.status === "running" && row.phase === "detect";
    if (message.kind !== "detect") return isDetecting ? "its segments are detected" : undefined;
    // When its segments have ended, a plan's messages lead to the join.
    const isOpen = isDetecting || row.phase === "assemble";
    return isOpen && row.planFence === message.plan ? undefined : "another plan";
  }

  /** Tries to take the row; undefined when it has ended. */
  async function take(
    first: AnyRow,
    message: WorkMessage,
  ): Promise<{ readonly row: AnyRow; readonly lease: Lease } | { readonly ended: AnyRow } | Claim> {
    const nonce = newNonce();
    const handle = rowHandle(jobs, first);
    let row: AnyRow | undefined = first;
    for (let look = 0; look < looksMax; look++) {
      if (!row) return over("the job is gone");
      if (isTerminal(row.status)) return { ended: row };
      const why = row.index === undefined ? whyOver(message, row as JobRow) : undefined;
      if (why) return over(why);
      const later = waiting(row);
      if (later) return later;

      const transition =
        row.cancelRequestedAt !== undefined
          ? cancelAbandoned(row, { now: now(), timing })
          : row.attempts >= limits.attemptsMax
            ? exhaust(row, { now: now(), timing, error: exhaustedError(row.error) })
            : claim(row, { nonce, workerId, now: now(), timing });
      const answer = await handle.move(transition);
      if (answer.moved && transition.name === "claim") {
        const { jobId, run, fence, index, planFence } = answer.row;
        const ofSegment = index === undefined ? {} : { index, planFence: planFence! };
        return { row: answer.row, lease: { jobId, run, fence, nonce, workerId, ...ofSegment } };
      }
      row = answer.row;
    }
    return { is: "deferred", why: "the row keeps moving", seconds: timing.marginSeconds };
  }

  return async (body: string): Promise<Claim> => {
    const message = readMessage(body);
    if (!message) return { is: "refused", why: "not a work message" };

    const job = await jobs.find(message.job_id);
    const claimed = await claimOf(message, job);
    if (claimed.is === "claimed" || !job) return claimed;
    return { ...claimed, about: { job_id: job.jobId, trace_id: traceIdOf(job) } };
  };

  async function claimOf(message: WorkMessage, job: JobRow | undefined): Promise<Claim> {
    const why = whyOver(message, job);
    if (why || !job) return over(why ?? "the job is gone");
    if (message.kind !== "detect" || job.phase === "assemble") {
      const taken = await take(job, message);
      if ("ended" in taken) return over(taken.ended.status);
      return "is" in taken ? taken : { is: "claimed", ...taken, row: taken.row as JobRow };
    }

    const { jobId } = job;
    const segment = await jobs.segments.find({
      jobId,
      planFence: message.plan,
      index: message.segment,
    });
    if (!segment) return over("there is no such segment");
    if (!isTerminal(segment.status) && foreign.includes(segment)) {
      return { is: "elsewhere", job, segment };
    }
    const taken = await take(segment, message);
    if ("is" in taken) return taken;
    if ("lease" in taken) {
      return { is: "claimed", row: job, segment: taken.row as SegmentRow, lease: taken.lease };
    }
    // Whoever ended it may have died before the job's row was told.
    await endSegment(job, taken.ended as SegmentRow);
    return over(`the segment has ${taken.ended.status}`);
  }
}
