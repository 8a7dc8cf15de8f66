import { limits } from "../contracts/limits.ts";
import type { JobStore, WorkerRegistry } from "../contracts/ports/job-store.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";
import type { WorkQueue } from "../contracts/ports/work-queue.ts";
import type { WorkerRow } from "../contracts/job.ts";
import type { Timing } from "../contracts/timing.ts";
import { startHeartbeat } from "./heartbeat.ts";
import type { Log } from "./log.ts";
import { prepare, type PrepareDependencies } from "./prepare.ts";
import type { RunAttemptDependencies } from "./run-attempt.ts";
import type { SessionEnd } from "./session-end.ts";
import { pipelineStages } from "./stages.ts";
import { workOnMessages } from "./work-on-messages.ts";

export interface WorkerDependencies
  extends PrepareDependencies, Pick<RunAttemptDependencies, "measure"> {
  readonly identity: Pick<WorkerRow, "workerId" | "queueId" | "version" | "host">;
  readonly jobs: JobStore;
  readonly registry: WorkerRegistry;
  readonly queue: WorkQueue;
  readonly bucket: MediaBucket;
  readonly timing: Timing;
  readonly heartbeatSeconds: number;
  /** Frames of one segment, about; by default what suits the processor that is found. */
  readonly segmentFrames: number | undefined;
  /** Ends the worker when its time is over, or nothing came for long; absent: never. */
  readonly session?: SessionEnd;
  readonly shutdown: AbortSignal;
  /** Called once, when it knows what it can do and is about to ask for work. */
  readonly ready?: () => void;
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly random: () => number;
  readonly newNonce: () => string;
  readonly log: Log;
}

/** The worker's whole life: seen at once, ready when it knows what it can do, gone when it is told to. Throws when its GPU is lost. */
export async function work(dependencies: WorkerDependencies): Promise<void> {
  const { identity, registry, queue, heartbeatSeconds, session, now, log } = dependencies;
  const lost = new AbortController();
  const shutdown = AbortSignal.any([dependencies.shutdown, lost.signal]);
  const heartbeat = startHeartbeat(identity, { registry, seconds: heartbeatSeconds, now, log });

  try {
    await using ready = await prepare(dependencies);
    const { capabilities } = ready;
    await heartbeat.show({ state: "idle", capabilities });
    log("INFO", "ready", { ...capabilities, queue_id: queue.queueId });
    dependencies.ready?.();

    await using stages = pipelineStages({
      ...dependencies,
      ...ready,
      version: identity.version,
      segmentFrames:
        dependencies.segmentFrames ??
        (ready.provider === "cpu" ? limits.segmentFrames : limits.segmentFramesGpu),
    });
    await workOnMessages({
      ...dependencies,
      shutdown,
      deviceLost: (error) => lost.abort(error),
      workerId: identity.workerId,
      stages,
      begins: (jobId) => {
        session?.begins();
        return heartbeat.show({ state: "working", jobId });
      },
      async ends() {
        session?.ends();
        if (shutdown.aborted) await heartbeat.show({ state: "stopping" });
        else {
          heartbeat.rest();
          stages.ready();
        }
      },
      idle: stages.idle,
    }).until();
    // The host replaces a worker that fails, perhaps on another card; one that ends well may be meant to.
    if (lost.signal.aborted) throw lost.signal.reason;
  } finally {
    await heartbeat.end();
    log("INFO", "stopped");
  }
}
