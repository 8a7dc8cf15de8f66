import { limits } from "../contracts/limits.ts";
import type { ReceivedMessage, WorkQueue } from "../contracts/ports/work-queue.ts";
import type { Timing } from "../contracts/timing.ts";
import { wordsOf, type Log } from "./log.ts";
import { unlessAborted, wait } from "./wait.ts";

/** How long a poll that is under way may still bring a message after the worker was told to stop. */
const lastPollSeconds = 1;
const failureSecondsMax = 30;

export interface PollDependencies {
  readonly queue: WorkQueue;
  readonly timing: Timing;
  readonly handle: (message: ReceivedMessage) => Promise<void>;
  /** Called after a poll that brought nothing. */
  readonly idle: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Takes one message at a time, and only when idle, until the signal aborts. */
export async function poll({
  queue,
  timing,
  handle,
  idle,
  signal,
  log,
}: PollDependencies): Promise<void> {
  let failures = 0;

  while (!signal.aborted) {
    try {
      const message = await receive();
      failures = 0;
      if (!message) {
        await idle();
        continue;
      }
      if (signal.aborted) await queue.renew(message.receipt, 0);
      else await handle(message);
    } catch (error) {
      failures++;
      log("ERROR", "polling failed", { error: wordsOf(error), failures });
      await wait(Math.min(2 ** (failures - 1), failureSecondsMax), signal);
    }
  }

  async function receive(): Promise<ReceivedMessage | undefined> {
    const given = new AbortController();
    const receiving = queue.receive({
      waitSeconds: limits.longPollSeconds,
      visibilitySeconds: timing.visibilitySeconds,
      signal: given.signal,
    });
    try {
      return await unlessAborted(receiving, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      // A message in an aborted answer would stay hidden until its visibility ends; so the answer gets a moment.
      const giveUp = setTimeout(() => given.abort(), lastPollSeconds * 1000);
      return await receiving.finally(() => clearTimeout(giveUp));
    }
  }
}
