import { setTimeout as sleep } from "node:timers/promises";
import { startSystem } from "../../test/support/system.ts";

/** Milliseconds from the last byte of an upload to its claim by an idle worker, ascending. */
export async function pickupTimes(
  video: Uint8Array<ArrayBuffer>,
  uploads: number,
): Promise<readonly number[]> {
  const system = await startSystem({ context: {} });
  try {
    const times: number[] = [];
    for (let count = 0; count < uploads; count++) {
      const submitted = await system.client.submit({ filename: "short.mp4", bytes: video });
      await system.client.put(submitted, video);
      const uploadedAt = Date.now();
      const job = await system.client.ended(submitted.job_id);
      const claimed = job.history.find(({ event }) => event === "claimed");
      if (job.status !== "completed" || !claimed) throw new Error(JSON.stringify(job));
      times.push(Date.parse(claimed.at) - uploadedAt);
      // The worker polls again by then: what is measured is an idle one.
      await sleep(200);
    }
    return times.sort((a, b) => a - b);
  } finally {
    await system.stop();
  }
}

/** The value that so much of the sorted list lies at or below, 0–1. */
export const quantile = (ascending: readonly number[], share: number): number =>
  ascending[Math.min(ascending.length - 1, Math.ceil(share * ascending.length) - 1)]!;
