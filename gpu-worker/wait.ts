import { setTimeout as sleep } from "node:timers/promises";

/** Waits, or returns early once the signal aborts. Never rejects. */
export async function wait(seconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(seconds * 1000, undefined, signal && { signal }).catch(() => {});
}

/** Settles as the promise does, or rejects with the signal's reason as soon as it aborts. */
export async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
