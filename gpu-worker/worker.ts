import type { JobStore, WorkerRegistry } from "../contracts/ports/job-store.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";
import type { WorkQueue } from "../contracts/ports/work-queue.ts";
import type { WorkerRow } from "../contracts/job.ts";
import type { Timing } from "../contracts/timing.ts";
import { claimJob } from "./claim-job.ts";
import { handleMessage } from "./handle-message.ts";
import { startHeartbeat } from "./heartbeat.ts";
import type { Log } from "./log.ts";
import { poll } from "./poll.ts";
import { prepare, type PrepareDependencies } from "./prepare.ts";
import { processJob } from "./process-job.ts";
import { runJob } from "./run-job.ts";

export interface WorkerDependencies extends PrepareDependencies {
  readonly identity: Pick<WorkerRow, "workerId" | "queueId" | "version" | "host">;
  readonly jobs: JobStore;
  readonly registry: WorkerRegistry;
  readonly queue: WorkQueue;
  readonly bucket: MediaBucket;
  readonly timing: Timing;
  readonly heartbeatSeconds: number;
  readonly shutdown: AbortSignal;
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly random: () => number;
  readonly newNonce: () => string;
  readonly log: Log;
}

/** The worker's whole life: seen at once, ready when it knows what it can do, gone when it is told to. */
export async function work(dependencies: WorkerDependencies): Promise<void> {
  const { identity, registry, queue, heartbeatSeconds, shutdown, now, monotonic, log } =
    dependencies;
  const heartbeat = startHeartbeat(identity, { registry, seconds: heartbeatSeconds, now, log });

  try {
    await using ready = await prepare(dependencies);
    const { capabilities } = ready;
    await heartbeat.show({ state: "idle", capabilities });
    log("INFO", "ready", { ...capabilities, queue_id: queue.queueId });

    const process = processJob({ ...dependencies, ...ready, version: identity.version });
    const handle = handleMessage({
      queue,
      log,
      claim: claimJob({ ...dependencies, workerId: identity.workerId }),
      async run({ row, lease }, receipt, claimedAt) {
        await heartbeat.show({ state: "working", jobId: lease.jobId });
        try {
          await runJob({ row, lease }, receipt, claimedAt, { ...dependencies, process });
        } finally {
          await heartbeat.show({ state: shutdown.aborted ? "stopping" : "idle" });
        }
      },
    });
    await poll({
      ...dependencies,
      signal: shutdown,
      handle: (message) => handle(message, monotonic()),
    });
  } finally {
    await heartbeat.end();
    log("INFO", "stopped");
  }
}
