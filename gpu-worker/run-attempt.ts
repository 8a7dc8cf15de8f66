import { RetryableError } from "../contracts/errors.ts";
import type { MetricValues } from "../contracts/metrics.ts";
import { limits } from "../contracts/limits.ts";
import type { JobStore } from "../contracts/ports/job-store.ts";
import type { WorkQueue } from "../contracts/ports/work-queue.ts";
import type { Dispatch } from "../contracts/protocol/dispatch.ts";
import type { segmentEnder } from "../contracts/protocol/end-segment.ts";
import { rowHandle } from "../contracts/protocol/row-handle.ts";
import { traceIdOf } from "../contracts/trace-id.ts";
import type { Timing } from "../contracts/timing.ts";
import type { Progress } from "../contracts/work-row.ts";
import type { Attempt, Outcome } from "./attempt.ts";
import { attemptMetrics } from "./attempt-metrics.ts";
import { DeviceLost } from "./device-lost.ts";
import { holdLease } from "./lease.ts";
import { wordsOf, type Log } from "./log.ts";
import { isMachineFault } from "./machine-fault.ts";
import type { ForeignPlans } from "./other-engine.ts";
import { settle, type Ending } from "./settle.ts";
import { stageTimes } from "./stage-times.ts";
import { Stopped } from "./stopped.ts";
import { unlessAborted, wait } from "./wait.ts";
import { whyStop } from "./why-stop.ts";

export interface RunAttemptDependencies {
  readonly jobs: JobStore;
  readonly queue: WorkQueue;
  readonly dispatch: Dispatch;
  readonly endSegment: ReturnType<typeof segmentEnder>;
  readonly foreign: Pick<ForeignPlans, "note">;
  readonly timing: Timing;
  readonly process: (attempt: Attempt) => Promise<Outcome>;
  readonly shutdown: AbortSignal;
  /** Told once the work was handed back: nothing more can be done here. */
  readonly deviceLost?: (error: DeviceLost) => void;
  /** Told what was measured of an attempt that ended well, with what it was about. */
  readonly measure?: (values: MetricValues, fields: Readonly<Record<string, unknown>>) => void;
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly random: () => number;
  readonly log: Log;
}

const commitTriesMax = 3;

/**
 * Runs what was claimed to the end of this attempt, whatever that end is, and settles row and message. True where the
 * message leads on to more work.
 */
export async function runAttempt(
  { row, segment, lease }: Pick<Attempt, "row" | "segment" | "lease">,
  receipt: string,
  /** Monotonic, from before the claim was sent. */
  claimedAt: number,
  dependencies: RunAttemptDependencies,
): Promise<boolean> {
  const { jobs, process, shutdown, now, monotonic, log: workerLog } = dependencies;
  const about = {
    job_id: lease.jobId,
    trace_id: traceIdOf(row),
    run: lease.run,
    fence: lease.fence,
    ...(lease.index !== undefined && { segment: lease.index }),
  };
  const log = workerLog.with(about);
  const theRow = rowHandle(jobs, lease);
  const times = stageTimes(monotonic);
  let progress: Progress | undefined;
  let advancedAt = monotonic();
  const advance = (): void => {
    advancedAt = monotonic();
  };

  await using held = holdLease(
    lease,
    {
      receipt,
      claimedAt,
      progress: () => progress,
      advancedAt: () => advancedAt,
      // A segment is one of many, and a job that is joined was watched before.
      eager: !segment && row.phase === undefined,
    },
    { ...dependencies, held: theRow, whyStop: whyStop(lease, jobs), log },
  );
  const release = () => held.stop("shutdown");
  shutdown.addEventListener("abort", release, { once: true });
  if (shutdown.aborted) release();

  const { attempts, interruptions } = segment ?? row;
  log("INFO", segment ? "the segment begins" : "the job begins", {
    pipeline_id: row.pipelineId,
    attempt: attempts,
  });
  const startedAt = monotonic();
  const work = process({
    row,
    ...(segment && { segment }),
    lease,
    signal: held.signal,
    assertHeld: held.assertHeld,
    startedAt: claimedAt,
    times,
    report: (shown) => {
      times.enter(shown.stage);
      progress = { ...shown, updatedAt: now() };
    },
    advance,
    log,
  }).then((outcome) => commit(outcome));

  async function commit(outcome: Outcome): Promise<Ending> {
    for (let attempt = 1; ; attempt++) {
      held.assertHeld();
      advance();
      try {
        const answer = await theRow.move(outcome.commit({ now: now() }));
        if (answer.moved) return { is: "done", outcome };
        if (answer.row?.cancelRequestedAt !== undefined) throw new Stopped("cancelled");
        throw new Stopped(answer.row && !answer.row.deletedAt ? "lease_lost" : "deleted");
      } catch (error) {
        if (error instanceof Stopped || attempt >= commitTriesMax) throw error;
        log("WARN", "the outcome was not written yet", { error: wordsOf(error) });
        await wait(attempt, held.signal);
      }
    }
  }

  const stoodStill = () => {
    const idle = Math.round((monotonic() - advancedAt) / 1000);
    const where = progress ? ` at the stage "${progress.stage}"` : "";
    return new RetryableError("WORKER_FAILED", `Nothing advanced for ${idle} s${where}.`);
  };
  let lost: DeviceLost | undefined;
  // The row is given back at once; what is still unwinding can write nothing under a lease that has ended.
  const ending = await unlessAborted(work, held.signal).catch((error: unknown): Ending => {
    if (!held.signal.aborted && error instanceof DeviceLost) {
      lost = error;
      return { is: "stopped", reason: "device_lost" };
    }
    if (!held.signal.aborted && isMachineFault(error)) {
      return { is: "stopped", reason: "machine_fault", error };
    }
    const stopped = held.signal.aborted ? (held.signal.reason as Stopped) : error;
    if (!(stopped instanceof Stopped)) return { is: "error", error };
    const { reason } = stopped;
    return { is: "stopped", reason, ...(reason === "stood_still" && { error: stoodStill() }) };
  });
  held.end();
  shutdown.removeEventListener("abort", release);

  const seconds = Math.round((monotonic() - startedAt) / 100) / 10;
  const settled = { row, attempts, interruptions, lease, receipt, seconds };
  if (lost) log("ERROR", "the GPU was lost", { error: lost.message });
  if (ending.is === "done") {
    const jobSeconds = (now() - (row.queuedAt ?? row.createdAt)) / 1000;
    const measured = attemptMetrics(ending.outcome, { seconds: times.seconds(), jobSeconds });
    if (measured) dependencies.measure?.(measured, about);
  }
  try {
    return await settle(ending, settled, { ...dependencies, held: theRow, log });
  } finally {
    // Also where that could not be written: two pieces of work at once would share folders and detector.
    if (lost) dependencies.deviceLost?.(lost);
    await work.catch(() => {});
    if (ending.is === "stopped" && ending.reason === "machine_fault") {
      // Else it would take one job after the other, and end the attempts of all.
      log("ERROR", "the worker rests: its machine failed", { error: wordsOf(ending.error) });
      await wait(limits.machineRestSeconds, shutdown);
    }
  }
}
