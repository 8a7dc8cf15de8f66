import { randomBytes, randomUUID } from "node:crypto";
import { homedir, hostname, tmpdir, uptime } from "node:os";
import { join } from "node:path";
import { awsClients } from "../aws/clients.ts";
import { dynamodbJobStore } from "../aws/dynamodb-job-store.ts";
import { dynamodbWorkerRegistry } from "../aws/dynamodb-worker-registry.ts";
import { s3MediaBucket } from "../aws/s3-media-bucket.ts";
import { sqsWorkQueue } from "../aws/sqs-work-queue.ts";
import { readEnvironment, WorkerEnvironment } from "../contracts/environment.ts";
import { limits } from "../contracts/limits.ts";
import { timingFor } from "../contracts/timing.ts";
import { builtInManifests, builtInPipelines } from "../models/catalog.ts";
import framequeue from "../package.json" with { type: "json" };
import { clockThroughSleep } from "./clock-through-sleep.ts";
import { jsonLog, wordsOf } from "./log.ts";
import { cacheDirectory } from "./user-directories.ts";
import { work } from "./worker.ts";

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
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    log("INFO", "told to stop", { signal });
    shutdown.abort();
    // Not `process.exit`: it waits for threads, and one that hangs is why this is reached.
    const giveUp = () => process.kill(process.pid, "SIGKILL");
    setTimeout(giveUp, limits.releaseSeconds * 1000).unref();
  });
}

const { dynamodb: client, s3, sqs, longPoll } = awsClients();
const table = environment.JOBS_TABLE;
const queue = sqsWorkQueue({ client: sqs, longPoll, queueUrl: environment.WORK_QUEUE_URL });

try {
  await work({
    identity: { workerId, queueId: queue.queueId, version: framequeue.version, host },
    jobs: dynamodbJobStore({ client, table }),
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
    shutdown: shutdown.signal,
    now: Date.now,
    monotonic: clockThroughSleep({ running: () => performance.now(), sinceBoot: uptime }),
    random: Math.random,
    newNonce: randomUUID,
    log,
  });
  process.exit(0);
} catch (error) {
  log("ERROR", "the worker ends", { error: wordsOf(error) });
  process.exit(1);
}
