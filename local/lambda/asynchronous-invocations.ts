import type { Message } from "@aws-sdk/client-sqs";
import { setTimeout as sleep } from "node:timers/promises";
import type { SourceQueue } from "./source-queue.ts";

export interface AsynchronousInvocationsDependencies {
  readonly functionName: string;
  readonly queue: SourceQueue;
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Before the second and the third try. Lambda waits one minute and then two more. */
  readonly retryAfterSeconds?: readonly number[];
}

/** At once, in this process. Lambda has a thousand. */
const concurrencyMax = 5;
const longPollSeconds = 20;
const pauseMs = 500;

/**
 * Invokes the function with each event of the queue until the signal aborts. An event whose function fails
 * three times is dropped, as on AWS; one whose process dies is delivered anew.
 */
export async function runAsynchronousInvocations(
  {
    functionName,
    queue,
    invoke,
    retryAfterSeconds = [60, 120],
  }: AsynchronousInvocationsDependencies,
  signal: AbortSignal,
): Promise<void> {
  const running = new Set<Promise<void>>();
  while (!signal.aborted) {
    try {
      const count = concurrencyMax - running.size;
      for (const message of await queue.receive({ count, waitSeconds: longPollSeconds }, signal)) {
        const handled = handle(message).finally(() => running.delete(handled));
        running.add(handled);
      }
      if (running.size >= concurrencyMax) await Promise.race(running);
    } catch (error) {
      if (signal.aborted) break;
      console.error(`${functionName}: its events cannot be read: ${String(error)}`);
      await sleep(pauseMs);
    }
  }
  await Promise.all(running);

  async function handle(message: Message): Promise<void> {
    const retrySeconds = await deliver(message);
    try {
      if (retrySeconds === undefined) await queue.remove([message]);
      else await queue.hide(message, retrySeconds);
    } catch (error) {
      // It is delivered again: at least once is what the function was promised.
      console.error(`${functionName}: an event was not settled: ${String(error)}`);
    }
    queue.release([message]);
  }

  /** After how many seconds the event is to be delivered again; undefined when it is done with. */
  async function deliver({ Body, Attributes }: Message): Promise<number | undefined> {
    try {
      await invoke(JSON.parse(Body!));
      return undefined;
    } catch (error) {
      console.error(`${functionName}: ${String(error)}`);
      return retryAfterSeconds[Number(Attributes?.ApproximateReceiveCount) - 1];
    }
  }
}
