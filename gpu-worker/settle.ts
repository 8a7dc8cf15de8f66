import { PermanentError, RetryableError } from "../contracts/errors.ts";
import type { JobRow } from "../contracts/job.ts";
import { limits } from "../contracts/limits.ts";
import type { JobStore, Moved } from "../contracts/ports/job-store.ts";
import type { WorkQueue } from "../contracts/ports/work-queue.ts";
import type { Dispatch } from "../contracts/protocol/dispatch.ts";
import type { segmentEnder } from "../contracts/protocol/end-segment.ts";
import type { AnyRow, RowHandle } from "../contracts/protocol/row-handle.ts";
import { exhaust } from "../contracts/protocol/sweeper-transitions.ts";
import {
  acknowledgeCancel,
  fail,
  release,
  retryLater,
  type Lease,
} from "../contracts/protocol/worker-transitions.ts";
import type { SegmentRow } from "../contracts/segment.ts";
import type { Timing } from "../contracts/timing.ts";
import { isTerminal, type JobError } from "../contracts/work-row.ts";
import { exhaustedError } from "./exhausted-error.ts";
import { wordsOf, type Log } from "./log.ts";
import { cutAnewIfStuck, type ForeignPlans } from "./other-engine.ts";
import type { Outcome } from "./attempt.ts";
import type { StopReason } from "./stopped.ts";

/** How an attempt ended. */
export type Ending =
  | { readonly is: "done"; readonly outcome: Outcome }
  | { readonly is: "stopped"; readonly reason: StopReason; readonly error?: unknown }
  | { readonly is: "error"; readonly error: unknown };

export interface SettleDependencies {
  readonly jobs: JobStore;
  /** The row that the attempt was about. */
  readonly held: RowHandle;
  readonly queue: WorkQueue;
  readonly dispatch: Dispatch;
  readonly endSegment: ReturnType<typeof segmentEnder>;
  readonly foreign: Pick<ForeignPlans, "note">;
  readonly timing: Timing;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
}

export interface Settled {
  readonly row: JobRow;
  /** Charged so far, this one too. */
  readonly attempts: number;
  /** Without a charge, so far. */
  readonly interruptions: number;
  readonly lease: Lease;
  readonly receipt: string;
  readonly seconds: number;
}

/**
 * Writes the end of an attempt into the row, where the lease still allows it, and sees to the message. True where that
 * leads on to more work, and was kept.
 */
export async function settle(
  ending: Ending,
  { row, attempts, interruptions, lease, receipt, seconds }: Settled,
  {
    jobs,
    held,
    queue,
    dispatch,
    endSegment,
    foreign,
    timing,
    now,
    random,
    log,
  }: SettleDependencies,
): Promise<boolean> {
  /** A message whose work has ended, is gone or began anew has nothing left to say. */
  async function acknowledgeIfOver({ row: after }: Moved<AnyRow>): Promise<void> {
    const over =
      !after ||
      after.deletedAt !== undefined ||
      isTerminal(after.status) ||
      after.run !== lease.run;
    if (over) await queue.acknowledge(receipt);
  }

  const cancelled = async (): Promise<void> =>
    acknowledgeIfOver(await held.move(acknowledgeCancel(lease, { now: now() })));

  async function giveBack(reason: string, seconds: number): Promise<void> {
    const later = seconds > 0 && { notBefore: now() + seconds * 1000 };
    const answer = await held.move(release(lease, { now: now(), reason, ...later }));
    if (answer.row?.status === "pending") await queue.renew(receipt, seconds);
    else await unlessMoved(answer);
  }

  /** Why the work could not be left to a next attempt: a person has asked for its end, or others have it. */
  const unlessMoved = (answer: Moved<AnyRow>): Promise<void> =>
    answer.row?.cancelRequestedAt === undefined ? acknowledgeIfOver(answer) : cancelled();

  async function stopped(reason: StopReason, error?: unknown): Promise<void> {
    switch (reason) {
      case "deleted":
      case "job_moved_on":
        return queue.acknowledge(receipt);
      case "cancelled":
        return cancelled();
      case "shutdown":
        return giveBack("the worker was told to stop", 0);
      case "device_lost":
        return interruptions < limits.unchargedLossesMax
          ? giveBack("the worker lost its GPU", 0)
          : failed(new RetryableError("GPU_LOST", "Its GPU failed, as GPUs did before."));
      case "stood_still":
        return failed(error);
      case "machine_fault":
        return interruptions < limits.unchargedLossesMax
          ? giveBack(`the worker's machine failed: ${wordsOf(error)}`, 0)
          : failed(error);
      case "other_engine": {
        foreign.note({ jobId: row.jobId, planFence: row.planFence! });
        await giveBack("it was begun with another engine", limits.otherEngineSeconds);
        return cutAnewIfStuck(row, { jobs, dispatch, now });
      }
      case "lease_lost":
      // Another worker has the work, or will have it: row and message are theirs now.
    }
  }

  async function failed(thrown: unknown): Promise<void> {
    const error = jobErrorOf(thrown);
    if (thrown instanceof PermanentError) {
      log("WARN", "the work failed", { ...said(error), seconds });
      return ended(await held.move(fail(lease, { now: now(), error })));
    }

    const backoff = Math.min(limits.backoffSeconds * 2 ** (attempts - 1), limits.backoffSecondsMax);
    const delay = Math.ceil(random() * backoff);
    log("WARN", "the attempt failed", { ...said(error), seconds, retry_in_seconds: delay });
    const notBefore = now() + delay * 1000;
    const answer = await held.move(retryLater(lease, { now: now(), notBefore, error }));
    if (!answer.moved) return unlessMoved(answer);
    if (answer.row.attempts < limits.attemptsMax) return queue.renew(receipt, delay);

    const last = exhaust(answer.row, { now: now(), timing, error: exhaustedError(error) });
    return ended(await held.move(last));
  }

  async function ended(answer: Moved<AnyRow>): Promise<void> {
    if (answer.moved && lease.index !== undefined) await endSegment(row, answer.row as SegmentRow);
    await acknowledgeIfOver(answer);
  }

  if (ending.is !== "done") {
    await (ending.is === "stopped" ? stopped(ending.reason, ending.error) : failed(ending.error));
    return false;
  }
  const { words, facts, follow } = ending.outcome;
  log("INFO", words, { ...facts, seconds });
  if (await follow?.()) return true;
  await queue.acknowledge(receipt);
  return false;
}

/** As a line of the log has it, whose `message` says what happened. */
const said = ({ code, message }: JobError) => ({ code, error: message });

const jobErrorOf = (thrown: unknown): JobError => ({
  code:
    thrown instanceof PermanentError || thrown instanceof RetryableError
      ? thrown.code
      : "WORKER_FAILED",
  message: wordsOf(thrown).slice(0, limits.errorMessageLengthMax),
});
