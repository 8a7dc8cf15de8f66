import { limits } from "../contracts/limits.ts";
import type { JobStore, WorkerRegistry } from "../contracts/ports/job-store.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";
import type { WorkQueue } from "../contracts/ports/work-queue.ts";
import { dispatcher } from "../contracts/protocol/dispatch.ts";
import { segmentEnder } from "../contracts/protocol/end-segment.ts";
import type { WorkerRow } from "../contracts/job.ts";
import type { Timing } from "../contracts/timing.ts";
import { claimWork } from "./claim-work.ts";
import { handleMessage } from "./handle-message.ts";
import { startHeartbeat } from "./heartbeat.ts";
import type { Log } from "./log.ts";
import { poll } from "./poll.ts";
import { prepare, type PrepareDependencies } from "./prepare.ts";
import { processWork } from "./process-work.ts";
import { pipelineStages } from "./stages.ts";
import { runAttempt } from "./run-attempt.ts";

export interface WorkerDependencies extends PrepareDependencies {
  readonly identity: Pick<WorkerRow, "workerId" | "queueId" | "version" | "host">;
  readonly jobs: JobStore;
  readonly registry: WorkerRegistry;
  readonly queue: WorkQueue;
  readonly bucket: MediaBucket;
  readonly timing: Timing;
  readonly heartbeatSeconds: number;
  /** Frames of one segment, about; by default what suits the processor that is found. */
  readonly segmentFrames: number | undefined;
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

    const stages = pipelineStages({
      ...dependencies,
      ...ready,
      version: identity.version,
      segmentFrames:
        dependencies.segmentFrames ??
        (ready.provider === "cpu" ? limits.segmentFrames : limits.segmentFramesGpu),
    });
    const shared = {
      ...dependencies,
      dispatch: dispatcher(dependencies),
      endSegment: segmentEnder(dependencies),
    };
    const process = processWork({ ...shared, stages });
    const handle = handleMessage({
      queue,
      log,
      claim: claimWork({ ...shared, workerId: identity.workerId }),
      async run(claimed, receipt, claimedAt) {
        await heartbeat.show({ state: "working", jobId: claimed.lease.jobId });
        try {
          await runAttempt(claimed, receipt, claimedAt, { ...shared, process });
        } finally {
          if (shutdown.aborted) await heartbeat.show({ state: "stopping" });
          else heartbeat.rest();
        }
      },
    });
    await poll({
      ...dependencies,
      signal: shutdown,
      handle: (message) => handle(message, monotonic()),
      idle: stages.idle,
    });
  } finally {
    await heartbeat.end();
    log("INFO", "stopped");
  }
}
