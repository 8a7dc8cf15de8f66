import { PermanentError, RetryableError } from "../contracts/errors.ts";
import { isTerminal, type JobError, type JobRow, type PublishedResult } from "../contracts/job.ts";
import { limits } from "../contracts/limits.ts";
import type { JobStore, Moved } from "../contracts/ports/job-store.ts";
import type { WorkQueue } from "../contracts/ports/work-queue.ts";
import { exhaust } from "../contracts/protocol/sweeper-transitions.ts";
import {
  acknowledgeCancel,
  fail,
  release,
  retryLater,
  type Lease,
} from "../contracts/protocol/worker-transitions.ts";
import type { Timing } from "../contracts/timing.ts";
import { exhaustedError } from "./exhausted-error.ts";
import { wordsOf, type Log } from "./log.ts";
import type { StopReason } from "./stopped.ts";

/** How an attempt ended. */
export type Ending =
  | { readonly is: "published"; readonly result: PublishedResult }
  | { readonly is: "stopped"; readonly reason: StopReason }
  | { readonly is: "error"; readonly error: unknown };

export interface SettleDependencies {
  readonly jobs: JobStore;
  readonly queue: WorkQueue;
  readonly timing: Timing;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
}

/** Writes the end of an attempt into the row, where the lease still allows it, and sees to the message. */
export async function settle(
  ending: Ending,
  { row, lease, receipt, seconds }: { row: JobRow; lease: Lease; receipt: string; seconds: number },
  { jobs, queue, timing, now, random, log }: SettleDependencies,
): Promise<void> {
  const { jobId } = lease;

  /** A message whose job has ended, is gone or began anew has nothing left to say. */
  async function acknowledgeIfOver({ row: after }: Moved): Promise<void> {
    const over =
      !after ||
      after.deletedAt !== undefined ||
      isTerminal(after.status) ||
      after.run !== lease.run;
    if (over) await queue.acknowledge(receipt);
  }

  async function stopped(reason: StopReason): Promise<void> {
    if (reason === "deleted") return queue.acknowledge(receipt);
    if (reason === "cancelled") {
      return acknowledgeIfOver(await jobs.move(jobId, acknowledgeCancel(lease, { now: now() })));
    }
    if (reason === "shutdown") {
      const why = "the worker was told to stop";
      const answer = await jobs.move(jobId, release(lease, { now: now(), reason: why }));
      return answer.row?.status === "pending" ? queue.renew(receipt, 0) : acknowledgeIfOver(answer);
    }
    // Another worker has the job, or will have it: row and message are theirs now.
  }

  async function failed(thrown: unknown): Promise<void> {
    const error = jobErrorOf(thrown);
    if (thrown instanceof PermanentError) {
      log("WARN", "the job failed", { ...error, seconds });
      return acknowledgeIfOver(await jobs.move(jobId, fail(lease, { now: now(), error })));
    }

    const backoff = Math.min(
      limits.backoffSeconds * 2 ** (row.attempts - 1),
      limits.backoffSecondsMax,
    );
    const delay = Math.ceil(random() * backoff);
    log("WARN", "the attempt failed", { ...error, seconds, retry_in_seconds: delay });
    const notBefore = now() + delay * 1000;
    const answer = await jobs.move(jobId, retryLater(lease, { now: now(), notBefore, error }));
    if (!answer.moved) return acknowledgeIfOver(answer);
    if (answer.row.attempts < limits.attemptsMax) return queue.renew(receipt, delay);

    const last = exhaust(answer.row, { now: now(), timing, error: exhaustedError(error) });
    return acknowledgeIfOver(await jobs.move(jobId, last));
  }

  if (ending.is === "stopped") return stopped(ending.reason);
  if (ending.is === "error") return failed(ending.error);

  const { detections, frames_analysed, completeness } = ending.result.summary;
  log("INFO", "the job is completed", { frames_analysed, detections, completeness, seconds });
  await queue.acknowledge(receipt);
}

const jobErrorOf = (thrown: unknown): JobError => ({
  code:
    thrown instanceof PermanentError || thrown instanceof RetryableError
      ? thrown.code
      : "WORKER_FAILED",
  message: wordsOf(thrown).slice(0, limits.errorMessageLengthMax),
});
