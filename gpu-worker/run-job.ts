import type { JobRow, Progress, PublishedResult } from "../contracts/job.ts";
import type { JobStore } from "../contracts/ports/job-store.ts";
import type { WorkQueue } from "../contracts/ports/work-queue.ts";
import { publish, type Lease } from "../contracts/protocol/worker-transitions.ts";
import type { Timing } from "../contracts/timing.ts";
import { holdLease } from "./lease.ts";
import { wordsOf, type Log } from "./log.ts";
import { settle, type Ending } from "./settle.ts";
import { Stopped } from "./stopped.ts";
import { unlessAborted, wait } from "./wait.ts";

/** What the pipeline is given: everything it may do ends with `signal`. */
export interface Attempt {
  readonly row: JobRow;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  /** Shows how far it is. */
  readonly report: (progress: Omit<Progress, "updatedAt">) => void;
  /** Says that the work advances; without it for `stalledSeconds` the lease is let go. */
  readonly advance: () => void;
  readonly log: Log;
}

export interface RunJobDependencies {
  readonly jobs: JobStore;
  readonly queue: WorkQueue;
  readonly timing: Timing;
  readonly process: (attempt: Attempt) => Promise<PublishedResult>;
  readonly shutdown: AbortSignal;
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly random: () => number;
  readonly log: Log;
}

const publishTriesMax = 3;

/** Runs a claimed job to the end of this attempt, whatever that end is, and settles row and message. */
export async function runJob(
  { row, lease }: { row: JobRow; lease: Lease },
  receipt: string,
  /** Monotonic, from before the claim was sent. */
  claimedAt: number,
  dependencies: RunJobDependencies,
): Promise<void> {
  const { jobs, process, shutdown, now, monotonic, log: workerLog } = dependencies;
  const log = workerLog.with({ job_id: lease.jobId, run: lease.run, fence: lease.fence });
  let progress: Progress | undefined;
  let advancedAt = monotonic();
  const advance = (): void => {
    advancedAt = monotonic();
  };

  await using held = holdLease(
    lease,
    { receipt, claimedAt, progress: () => progress, advancedAt: () => advancedAt },
    { ...dependencies, log },
  );
  const release = () => held.stop("shutdown");
  shutdown.addEventListener("abort", release, { once: true });
  if (shutdown.aborted) release();

  log("INFO", "the job begins", { pipeline_id: row.pipelineId, attempt: row.attempts });
  const startedAt = monotonic();
  const work = process({
    row,
    lease,
    signal: held.signal,
    report: (shown) => {
      progress = { ...shown, updatedAt: now() };
    },
    advance,
    log,
  }).then((result) => commit(result));

  async function commit(result: PublishedResult): Promise<Ending> {
    for (let attempt = 1; ; attempt++) {
      held.signal.throwIfAborted();
      advance();
      try {
        const answer = await jobs.move(lease.jobId, publish(lease, { now: now(), result }));
        if (answer.moved) return { is: "published", result };
        if (answer.row?.cancelRequestedAt !== undefined) throw new Stopped("cancelled");
        throw new Stopped(answer.row && !answer.row.deletedAt ? "lease_lost" : "deleted");
      } catch (error) {
        if (error instanceof Stopped || attempt >= publishTriesMax) throw error;
        log("WARN", "the result was not published yet", { error: wordsOf(error) });
        await wait(attempt, held.signal);
      }
    }
  }

  // The row is given back at once; what is still unwinding can write nothing under a lease that has ended.
  const ending = await unlessAborted(work, held.signal).catch((error: unknown): Ending => {
    const stopped = held.signal.aborted ? (held.signal.reason as Stopped) : error;
    return stopped instanceof Stopped
      ? { is: "stopped", reason: stopped.reason }
      : { is: "error", error };
  });
  held.end();
  shutdown.removeEventListener("abort", release);

  const seconds = Math.round((monotonic() - startedAt) / 100) / 10;
  await settle(ending, { row, lease, receipt, seconds }, { ...dependencies, log });
  await work.catch(() => {});
}
