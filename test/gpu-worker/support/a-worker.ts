import { join } from "node:path";
import type { JobRow } from "../../../contracts/job.ts";
import { planMessage } from "../../support/messages.ts";
import { timingFor } from "../../../contracts/timing.ts";
import { jsonLog } from "../../../gpu-worker/log.ts";
import { work } from "../../../gpu-worker/worker.ts";
import { builtInManifests, builtInPipelines } from "../../../models/catalog.ts";
import { aJobId, aJobRow } from "../../support/job-row.ts";
import { memoryJobStore } from "../../support/memory-job-store.ts";
import { memoryMediaBucket } from "../../support/memory-media-bucket.ts";
import { memoryWorkQueue } from "../../support/memory-work-queue.ts";
import { memoryWorkerRegistry } from "../../support/memory-worker-registry.ts";
import { temporaryFolder } from "./clips.ts";

export const modelsDirectory = join(import.meta.dirname, "..", "..", "..", "models");

/** A whole worker on stores in memory: real ffmpeg, real model, no AWS. */
export function aWorker({
  segmentFrames,
  require = "any",
  pipelines = builtInPipelines,
}: {
  segmentFrames?: number;
  require?: "any" | "gpu" | "cpu";
  pipelines?: typeof builtInPipelines;
} = {}) {
  const jobs = memoryJobStore();
  const bucket = memoryMediaBucket();
  const registry = memoryWorkerRegistry();
  const memory = memoryWorkQueue();
  const queue: typeof memory = {
    ...memory,
    async receive(options) {
      const message = await memory.receive(options);
      // A real queue would wait for so much longer.
      if (!message) await new Promise((resolve) => setTimeout(resolve, 20));
      return message;
    },
  };
  const lines: { level: string; message: string; [field: string]: unknown }[] = [];
  const shutdown = new AbortController();
  const scratchDirectory = temporaryFolder();

  return {
    jobs,
    bucket,
    registry,
    queue,
    lines,
    shutdown,
    scratchDirectory,

    /** Puts a video into the bucket and a job of it into row and queue. */
    async submit(bytes: Uint8Array, differences: Partial<JobRow> = {}): Promise<void> {
      const jobId = differences.jobId ?? aJobId;
      const key = `uploads/${jobId}/source`;
      bucket.store(key, bytes);
      const { etag, sizeBytes } = (await bucket.head(key))!;
      await jobs.insert(
        aJobRow({ status: "pending", source: { key, etag, sizeBytes }, ...differences }),
      );
      await queue.send(planMessage(jobId, 1), { owner: "team" });
    },

    run: (workerId = "w") =>
      work({
        identity: { workerId, queueId: queue.queueId, version: "0.0.0", host: "here" },
        jobs,
        bucket,
        registry,
        queue,
        catalog: { pipelines, manifests: builtInManifests },
        builtInDirectory: modelsDirectory,
        cacheDirectory: temporaryFolder(),
        scratchDirectory: workerId === "w" ? scratchDirectory : temporaryFolder(),
        threads: 2,
        require,
        sandboxWish: "auto",
        ffmpegPath: undefined,
        ffprobePath: undefined,
        environment: process.env,
        timing: timingFor(60),
        segmentFrames,
        heartbeatSeconds: 0.2,
        shutdown: shutdown.signal,
        now: Date.now,
        monotonic: () => performance.now(),
        random: Math.random,
        newNonce: () => crypto.randomUUID(),
        log: jsonLog({
          level: "INFO",
          write: (line) => lines.push(JSON.parse(line) as (typeof lines)[number]),
          now: Date.now,
        }),
      }),
  };
}
