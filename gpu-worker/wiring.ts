import { randomBytes, randomUUID } from "node:crypto";
import { flushCompileCache } from "node:module";
import { homedir, hostname, tmpdir, uptime } from "node:os";
import { join } from "node:path";
import { borrowedCredentials } from "../aws/borrowed-credentials.ts";
import { awsClients, eventBridgeClient } from "../aws/clients.ts";
import { dynamodbJobStore } from "../aws/dynamodb-job-store.ts";
import { dynamodbWorkerRegistry } from "../aws/dynamodb-worker-registry.ts";
import { eventbridgeEventBus } from "../aws/eventbridge-event-bus.ts";
import { s3MediaBucket } from "../aws/s3-media-bucket.ts";
import { sqsWorkQueue } from "../aws/sqs-work-queue.ts";
import { readEnvironment, WorkerEnvironment } from "../contracts/environment.ts";
import { limits } from "../contracts/limits.ts";
import { tellingJobStore } from "../contracts/protocol/telling-job-store.ts";
import type { MetricValues } from "../contracts/metrics.ts";
import { timingFor } from "../contracts/timing.ts";
import { builtInManifests, builtInPipelines } from "../models/catalog.ts";
import framequeue from "../package.json" with { type: "json" };
import { clockThroughSleep } from "./clock-through-sleep.ts";
import { exactArithmetic } from "./detector/exact-arithmetic.ts";
import { emfLine } from "./emf-line.ts";
import { jsonLog, wordsOf } from "./log.ts";
import { sessionEnd } from "./session-end.ts";
import { whenStarterIsGone } from "./starter.ts";
import { cacheDirectory } from "./user-directories.ts";
import { wait } from "./wait.ts";
import { work } from "./worker.ts";

exactArithmetic(process.env);
const environment = readEnvironment(WorkerEnvironment, process.env);
const host = hostname();
const workerId =
  environment.WORKER_ID ?? `${host}-${process.pid}-${randomBytes(3).toString("hex")}`;
const log = jsonLog({
  level: environment.LOG_LEVEL,
  write: (line) => process.stdout.write(line),
  now: Date.now,
  fields: { worker_id: workerId },
});

// Nobody may be left to read the log; that is no reason to drop a job.
process.stdout.on("error", () => {});

const shutdown = new AbortController();
const refusal = new AbortController();
/** Stops as it is meant to; what hangs then is ended. Not `process.exit`: it waits for threads, and one that hangs is why this is reached. */
function stopWithin(seconds: number): void {
  shutdown.abort();
  setTimeout(() => process.kill(process.pid, "SIGKILL"), seconds * 1000).unref();
}
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    log("INFO", "told to stop", { signal });
    stopWithin(limits.releaseSeconds);
  });
}
// `worker run` gives each worker a group of its own, in which no signal to it comes by itself.
whenStarterIsGone(process, () => {
  log("INFO", "told to stop", { why: "who started it is gone" });
  stopWithin(limits.releaseSeconds);
});

const { WORKER_CREDENTIALS_URL: credentialsUrl, WORKER_TOKEN: token } = environment;
const credentials =
  credentialsUrl !== undefined && token !== undefined
    ? borrowedCredentials({
        url: credentialsUrl,
        token,
        wait,
        refused() {
          if (refusal.signal.aborted) return;
          refusal.abort();
          log(
            "ERROR",
            "the API refuses this worker's token: it was revoked, or is not of this system",
            {
              code: "TOKEN_REVOKED",
            },
          );
          // Nothing can be handed back without credentials: others take over when the lease ends.
          shutdown.abort();
          setTimeout(() => process.exit(1), limits.refusedSeconds * 1000).unref();
        },
      })
    : undefined;
const session = sessionEnd({
  idleExitSeconds: environment.IDLE_EXIT_SECONDS,
  runtimeSecondsMax: environment.MAX_RUNTIME_SECONDS,
  workSeconds: limits.lastWorkSeconds,
  releaseSeconds: limits.releaseSeconds,
  stop(why) {
    log("INFO", "ends by itself", { why });
    stopWithin(limits.releaseSeconds);
  },
});

const { dynamodb: client, s3, sqs, longPoll } = awsClients({ credentials });
const table = environment.JOBS_TABLE;
const queue = sqsWorkQueue({ client: sqs, longPoll, queueUrl: environment.WORK_QUEUE_URL });

const metrics = environment.METRICS ?? (environment.FLEET === undefined ? "none" : "emf");

try {
  await work({
    identity: {
      workerId,
      queueId: queue.queueId,
      version: framequeue.version,
      host,
      ...(environment.FLEET && { fleet: environment.FLEET }),
    },
    jobs: tellingJobStore({
      jobs: dynamodbJobStore({ client, table }),
      events: eventbridgeEventBus({
        client: eventBridgeClient({ credentials }),
        deployment: table,
      }),
      notTold: (jobId, error) =>
        log("WARN", "an end was not told", { job_id: jobId, error: wordsOf(error) }),
    }),
    registry: dynamodbWorkerRegistry({ client, table }),
    queue,
    bucket: s3MediaBucket({ client: s3, bucket: environment.MEDIA_BUCKET }),
    catalog: { pipelines: builtInPipelines, manifests: builtInManifests },
    builtInDirectory: join(import.meta.dirname, "..", "models"),
    cacheDirectory:
      environment.MODEL_CACHE_DIRECTORY ??
      cacheDirectory({ platform: process.platform, home: homedir(), environment: process.env }),
    scratchDirectory: environment.SCRATCH_DIRECTORY ?? join(tmpdir(), "framequeue"),
    threads: environment.DETECTOR_THREADS,
    require: environment.REQUIRE,
    sandboxWish: environment.SANDBOX,
    ffmpegPath: environment.FFMPEG_PATH,
    ffprobePath: environment.FFPROBE_PATH,
    environment: process.env,
    timing: timingFor(environment.LEASE_SECONDS),
    segmentFrames: environment.SEGMENT_FRAMES || undefined,
    heartbeatSeconds: environment.HEARTBEAT_SECONDS,
    session,
    shutdown: shutdown.signal,
    // Now, for a worker that is killed would keep nothing for those after it.
    ready: flushCompileCache,
    ...(metrics === "emf" && {
      measure: (values: MetricValues, fields: object) =>
        void process.stdout.write(
          emfLine(values, { now: Date.now(), fields: { worker_id: workerId, ...fields } }),
        ),
    }),
    now: Date.now,
    monotonic: clockThroughSleep({
      running: () => performance.now(),
      sinceBoot: uptime,
      timeOfDay: Date.now,
    }),
    random: Math.random,
    newNonce: randomUUID,
    log,
  });
  process.exit(refusal.signal.aborted ? 1 : 0);
} catch (error) {
  log("ERROR", "the worker ends", { error: wordsOf(error) });
  process.exit(1);
}
