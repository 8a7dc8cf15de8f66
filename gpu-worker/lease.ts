import type { Progress } from "../contracts/work-row.ts";
import { limits } from "../contracts/limits.ts";
import type { RowHandle } from "../contracts/protocol/row-handle.ts";
import type { WorkQueue } from "../contracts/ports/work-queue.ts";
import { renew, type Lease } from "../contracts/protocol/worker-transitions.ts";
import type { Timing } from "../contracts/timing.ts";
import { wordsOf, type Log } from "./log.ts";
import { Stopped, type StopReason } from "./stopped.ts";
import { wait } from "./wait.ts";

/** Intervals before the steady rhythm of a job begins: progress is seen after 1, 2, 4, 8 and 15 seconds (ADR 4). */
const firstSeconds = [1, 1, 2, 4, 7];

export interface HoldLeaseDependencies {
  /** The row that the lease is about. */
  readonly held: RowHandle;
  /** Why the work must end, as far as the rows say. */
  readonly whyStop: () => Promise<StopReason | undefined>;
  readonly queue: Pick<WorkQueue, "renew">;
  readonly timing: Timing;
  readonly now: () => number;
  /** Milliseconds that no change of the wall clock moves. */
  readonly monotonic: () => number;
  readonly log: Log;
}

export interface HeldLease {
  /** Aborts with a `Stopped` as soon as the work must end. */
  readonly signal: AbortSignal;
  readonly stop: (reason: StopReason) => void;
  /** Throws a `Stopped` unless the lease lives. Asked before each side effect: a worker that slept has missed its timers. */
  readonly assertHeld: () => void;
  /** Ends renewing: what comes now is the attempt's last write. */
  readonly end: () => void;
  /** Ends, and waits for the write that is under way. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Keeps claimed work ours while its work advances, and shows its progress. Alive is not progress: a job whose
 * frames stand still is not renewed, so that another worker gets it. `claimedAt` is monotonic.
 */
export function holdLease(
  lease: Lease,
  {
    receipt,
    claimedAt,
    progress,
    advancedAt,
    eager = false,
  }: {
    receipt: string;
    claimedAt: number;
    progress: () => Progress | undefined;
    /** When the work last advanced, monotonic. */
    advancedAt: () => number;
    /** Somebody watches: progress is shown soon, before the steady rhythm begins. */
    eager?: boolean;
  },
  { held, whyStop, queue, timing, now, monotonic, log }: HoldLeaseDependencies,
): HeldLease {
  const controller = new AbortController();
  const { signal } = controller;
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);

  const stop = (reason: StopReason): void => {
    if (until.aborted) return;
    log("INFO", "the work is stopped", { reason });
    controller.abort(new Stopped(reason));
  };

  // Nobody else may take the job before the lease ends; so nothing of ours may outlive it, heard or not.
  const heldSeconds = timing.leaseSeconds - timing.marginSeconds;
  let selfFence: NodeJS.Timeout;
  let renewedAt = claimedAt;
  const millisecondsLeft = () => heldSeconds * 1000 - (monotonic() - renewedAt);
  let standsStill = false;
  const expire = () => stop(standsStill ? "stood_still" : "lease_lost");
  const fenceAfter = (since: number): void => {
    clearTimeout(selfFence);
    if (until.aborted) return;
    renewedAt = since;
    selfFence = setTimeout(expire, Math.max(0, millisecondsLeft()));
  };
  const assertHeld = (): void => {
    if (millisecondsLeft() <= 0) expire();
    signal.throwIfAborted();
  };
  fenceAfter(claimedAt);

  async function tick(): Promise<void> {
    standsStill = monotonic() - advancedAt() > limits.stalledSeconds * 1000;
    if (standsStill) {
      log("WARN", "the lease is not renewed: no frame for too long");
      return;
    }
    const startedAt = monotonic();
    const shown = progress();
    const answer = await held.move(
      renew(lease, { now: now(), timing, ...(shown && { progress: shown }) }),
    );
    if (!answer.moved) {
      stop(answer.row && answer.row.deletedAt === undefined ? "lease_lost" : "deleted");
      return;
    }
    fenceAfter(startedAt);
    if (answer.row.cancelRequestedAt !== undefined) stop("cancelled");

    // Advisory: with a live lease a redelivered message is deferred by whoever gets it.
    await queue
      .renew(receipt, timing.visibilitySeconds)
      .catch((error: unknown) =>
        log("WARN", "the message's visibility was not extended", { error: wordsOf(error) }),
      );
  }

  const first = eager ? firstSeconds : [];
  async function renewing(): Promise<void> {
    let hasFailed = false;
    for (let count = 0; !until.aborted; count++) {
      const seconds = hasFailed ? timing.renewAgainSeconds : timing.renewSeconds;
      await wait(Math.min(first[count] ?? Infinity, seconds), until);
      if (until.aborted) return;
      try {
        await tick();
        hasFailed = false;
      } catch (error) {
        hasFailed = true;
        log("WARN", "the lease was not renewed", { error: wordsOf(error) });
      }
    }
  }

  /** Reads are cheap where writes are not: between two renewals the row is only looked at. */
  async function watching(): Promise<void> {
    while (!until.aborted) {
      await wait(Math.min(limits.cancelCheckSeconds, timing.renewSeconds), until);
      if (until.aborted) return;
      try {
        const reason = await whyStop();
        if (reason) stop(reason);
      } catch (error) {
        log("DEBUG", "the row was not read", { error: wordsOf(error) });
      }
    }
  }

  const loops = Promise.all([renewing(), watching()]);
  const end = (): void => {
    ended.abort();
    clearTimeout(selfFence);
  };
  return {
    signal,
    stop,
    assertHeld,
    end,
    async [Symbol.asyncDispose]() {
      end();
      await loops;
    },
  };
}
