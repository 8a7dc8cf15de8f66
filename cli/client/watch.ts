import { setTimeout as sleepFor } from "node:timers/promises";
import type { JobView } from "../../contracts/api.ts";
import { isTerminal } from "../../contracts/work-row.ts";
import { ApiError } from "./api-error.ts";
import type { Client } from "./client.ts";

const intervalMs = { first: 500, longest: 5000, growth: 1.4 };
/** An API that is silent for this long is not only being restarted. */
const silentMsMax = 15 * 60_000;

export interface WatchOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called for each look that failed and will be repeated. */
  readonly onTrouble?: (error: ApiError) => void;
  readonly sleep?: (ms: number, options: { signal: AbortSignal | undefined }) => Promise<void>;
}

/**
 * Yields the job as it is now and at every later look, the last time when it has ended. Looks often while things
 * change, and survives an API that does not answer for a while.
 */
export async function* watchJob(
  client: Client,
  jobId: string,
  { signal, onTrouble, sleep = restFor }: WatchOptions = {},
): AsyncGenerator<JobView> {
  let waitMs = intervalMs.first;
  let answeredAt = client.now();
  let last: string | undefined;

  for (;;) {
    try {
      const job = await client.getJob(jobId, { signal });
      answeredAt = client.now();
      yield job;
      if (isTerminal(job.status)) return;

      const seen = JSON.stringify([job.status, job.progress, job.blocked_reason?.code]);
      waitMs =
        seen === last ? Math.min(intervalMs.longest, waitMs * intervalMs.growth) : intervalMs.first;
      last = seen;
    } catch (error) {
      if (!(error instanceof ApiError) || !error.mayPass) throw error;
      if (client.now() - answeredAt > silentMsMax) throw error;
      onTrouble?.(error);
      waitMs = Math.min(intervalMs.longest, waitMs * 2);
    }
    await sleep(waitMs, { signal });
  }
}

const restFor = (ms: number, { signal }: { signal: AbortSignal | undefined }): Promise<void> =>
  sleepFor(ms, undefined, signal && { signal });
