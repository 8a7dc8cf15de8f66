import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "./api-error.ts";

/** Half a minute of trouble in all; whoever needs more patience watches and says so. */
const triesMax = 7;
const firstWaitMs = 500;

export interface RetryOptions {
  readonly signal?: AbortSignal | undefined;
  readonly mayPass?: (error: unknown) => boolean;
}

const apiMayPass = (error: unknown): boolean => error instanceof ApiError && error.mayPass;

/** Tries what is safe to repeat, with growing waits, as long as the fault is one that may pass. */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  { signal, mayPass = apiMayPass }: RetryOptions = {},
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === triesMax || signal?.aborted || !mayPass(error)) throw error;
      // Jitter: clients that failed together should not come back together.
      const waitMs = firstWaitMs * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
      await sleep(waitMs, undefined, signal && { signal });
    }
  }
}
