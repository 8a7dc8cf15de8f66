import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { WorkerHealthView } from "../../contracts/api.ts";
import { startSystem, type System } from "../support/system.ts";

let system: System;
let video: Buffer<ArrayBuffer>;
const options = { time_range: { start: 0, end: 2 } };

beforeAll(async () => {
  [system, video] = await Promise.all([
    startSystem({ workers: 0 }),
    readFile("models/pitch/sample.mp4"),
  ]);
});
afterEach(() => system.quiet());
afterAll(() => system?.stop());

const waitsFor = (jobId: string, code: string, withinSeconds: number) =>
  system.client.until(
    jobId,
    `blocked_reason ${code}`,
    withinSeconds,
    (job) => job.blocked_reason?.code === code,
  );

async function otherQueue(): Promise<string> {
  const { running } = system;
  const sqs = new SQSClient({
    endpoint: running.aws_endpoint_url,
    region: running.region,
    credentials: { accessKeyId: running.access_key_id, secretAccessKey: running.secret_access_key },
  });
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: "the-predecessors-queue" }),
  );
  return QueueUrl!;
}

test("before the upload, the job waits for the upload", async () => {
  const { job_id } = await system.client.submit({ filename: "later.mp4", bytes: video });

  expect((await system.client.job(job_id)).blocked_reason!.code).toBe("AWAITING_UPLOAD");
});

test("without a worker a job says so, and a worker that starts later takes it", async () => {
  const jobId = await system.client.upload({ filename: "alone.mp4", bytes: video, options });
  const { blocked_reason } = await waitsFor(jobId, "NO_WORKER", 15);
  expect(blocked_reason!.message).toMatch(/worker/i);

  const worker = system.startWorker();
  const job = await system.client.ended(jobId);

  expect(job.status).toBe("completed");
  worker.kill("SIGTERM");
});

test("a worker on another queue is named with both queues, and the job completes once that is mended", async () => {
  const url = await otherQueue();
  const lost = system.startWorker({ WORK_QUEUE_URL: url });
  const jobId = await system.client.upload({ filename: "split.mp4", bytes: video, options });

  const { blocked_reason } = await waitsFor(jobId, "WORKERS_ON_OTHER_QUEUE", 15);
  const ours = system.running.worker_environment["WORK_QUEUE_URL"]!;
  for (const queue of [ours, url]) {
    expect(blocked_reason!.message).toContain(queue.replace(/^https?:\/\//, ""));
  }

  lost.kill("SIGTERM");
  const mended = system.startWorker();
  expect((await system.client.ended(jobId)).status).toBe("completed");
  mended.kill("SIGTERM");
});

test("the heartbeat moves during a job that is longer than the heartbeat limit, as another process sees it", async () => {
  const worker = system.startWorker({ DETECTOR_THREADS: "1", WORKER_ID: "steady" });
  const jobId = await system.client.upload({ filename: "long.mp4", bytes: video });
  await system.client.until(jobId, "running", 30, ({ status }) => status === "running");

  const beats = new Set<string>();
  const started = performance.now();
  let everDead = false;
  while ((await system.client.job(jobId)).status === "running") {
    const health = await system.client.call<WorkerHealthView>("GET", "/v1/worker/health");
    const steady = health.workers.find(({ worker_id }) => worker_id === "steady")!;
    everDead ||= !steady.alive || steady.state !== "working" || steady.job_id !== jobId;
    beats.add(steady.heartbeat_at);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const seconds = (performance.now() - started) / 1000;

  // The limit is three and a half heartbeats of one second.
  expect(seconds).toBeGreaterThan(3.5);
  expect(beats.size).toBeGreaterThan(Math.floor(seconds / 2));
  expect(everDead).toBe(false);
  worker.kill("SIGTERM");
});
