import type { FunctionFacts } from "../template/functions.ts";
import { FunctionError } from "./function-error.ts";
import type { FunctionThread } from "./function-thread.ts";
import { startThread } from "./function-thread.ts";

/** Lambda's limits for an event and for an answer. */
const payloadBytesMax = 6 * 1024 ** 2;
/** Threads per function while the template reserves none: enough for a page and a few tests. */
const threadsMaxDefault = 8;
/** Events that wait for a thread; Lambda would throttle them. */
const waitingMax = 1000;

export interface FunctionPool extends AsyncDisposable {
  /** Runs the function on an event; throws FunctionError where it gives no result. */
  invoke(event: unknown): Promise<unknown>;
}

/** A function with as many threads as it needs, up to its concurrency. Each takes one event at a time. */
export function createFunctionPool(
  facts: FunctionFacts,
  place: { functionArn: string; environment: Record<string, string> },
): FunctionPool {
  const threadsMax = facts.concurrencyMax ?? threadsMaxDefault;
  const threads = new Set<FunctionThread>();
  const idle: FunctionThread[] = [];
  const waiting: ((thread: FunctionThread) => void)[] = [];

  async function take(): Promise<FunctionThread> {
    const thread = idle.pop();
    if (thread?.alive) return thread;
    if (thread) {
      threads.delete(thread);
      return take();
    }
    if (threads.size < threadsMax) return start();
    if (waiting.length >= waitingMax) throw new FunctionError("TooManyRequests", "Rate Exceeded.");
    return new Promise((resolve) => waiting.push(resolve));
  }

  function start(): FunctionThread {
    const thread = startThread(facts, place);
    threads.add(thread);
    return thread;
  }

  function giveBack(thread: FunctionThread): void {
    if (!thread.alive) threads.delete(thread);
    const next = waiting.shift();
    if (next) next(thread.alive ? thread : start());
    else if (thread.alive) idle.push(thread);
  }

  return {
    async invoke(event) {
      const payload = JSON.stringify(event);
      if (Buffer.byteLength(payload) > payloadBytesMax) {
        throw new FunctionError("RequestEntityTooLarge", "The event is beyond 6 MB");
      }
      const thread = await take();
      try {
        const result = await thread.handle(payload);
        if (Buffer.byteLength(result) > payloadBytesMax) {
          throw new FunctionError("Function.ResponseSizeTooLarge", "The answer is beyond 6 MB");
        }
        return JSON.parse(result) as unknown;
      } finally {
        giveBack(thread);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...threads].map((thread) => thread.close()));
    },
  };
}
