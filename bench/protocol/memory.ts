import { startSystem } from "../../test/support/system.ts";
import { followMemory } from "../worker/process-memory.ts";

/** Most memory that the worker and its ffmpeg have at once for a video, in MB; undefined where it cannot be seen. */
export async function peakMegabytesOf(
  video: Uint8Array<ArrayBuffer>,
  options: object,
): Promise<number | undefined> {
  const system = await startSystem({ context: {} });
  try {
    const worker = system.running.processes.find(({ name }) => name.startsWith("worker"))!;
    const memory = followMemory(worker.pid);
    const jobId = await system.client.upload({ filename: "film.mp4", bytes: video, options });
    const job = await system.client.ended(jobId, 1800);
    if (job.status !== "completed") throw new Error(JSON.stringify(job.error));
    return memory.stop();
  } finally {
    await system.stop();
  }
}
