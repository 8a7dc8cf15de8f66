import type { WorkerHealthView } from "../../contracts/api.ts";
import { eventually, startSystem } from "../../test/support/system.ts";

/** Milliseconds from SIGTERM in mid-video to the claim by a worker that waits, ascending. */
export async function handOverTimes(
  video: Uint8Array<ArrayBuffer>,
  times: number,
): Promise<readonly number[]> {
  const system = await startSystem({ workers: 0, context: {} });
  const { client } = system;
  const measured: number[] = [];
  let worker = system.startWorker();
  try {
    for (let count = 0; count < times; count++) {
      const jobId = await client.upload({ filename: "handed.mp4", bytes: video });
      await client.until(jobId, "in mid-video", 60, ({ progress }) => {
        return (progress?.frames_done ?? 0) > 20;
      });
      const next = system.startWorker();
      await eventually(
        async () => {
          const health = await client.call<WorkerHealthView>("GET", "/v1/worker/health");
          return health.workers.some(({ alive, state }) => alive && state === "idle");
        },
        { withinSeconds: 60, what: "another worker waits" },
      );
      const toldAt = Date.now();
      worker.kill("SIGTERM");
      const job = await client.ended(jobId);
      const [, claimed] = job.history.filter(({ event }) => event === "claimed");
      if (job.status !== "completed" || !claimed) throw new Error(JSON.stringify(job.history));
      measured.push(Date.parse(claimed.at) - toldAt);
      worker = next;
    }
    return measured.sort((a, b) => a - b);
  } finally {
    await system.stop();
  }
}
