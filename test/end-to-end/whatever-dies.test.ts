import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { JobView } from "../../contracts/api.ts";
import { eventually, startSystem, type System } from "../support/system.ts";
import { fetchResult } from "../support/truth.ts";

let system: System;
let video: Buffer<ArrayBuffer>;
/** Long enough to be killed in, short enough to wait for. */
const options = { time_range: { start: 0, end: 8 } };

beforeAll(async () => {
  [system, video] = await Promise.all([
    startSystem({ workers: 0 }),
    readFile("models/pitch/sample.mp4"),
  ]);
});
afterEach(() => system.quiet());
afterAll(() => system?.stop());

const events = (job: JobView, event: string) =>
  job.history.filter((entry) => entry.event === event);
const inMidVideo = (jobId: string) =>
  system.client.until(
    jobId,
    "in mid-video",
    40,
    ({ progress }) => (progress?.frames_done ?? 0) > 20,
  );

test("a worker killed in mid-video: another completes the job, once, with the same result", async () => {
  const undisturbed = system.startWorker();
  const calmId = await system.client.upload({ filename: "calm.mp4", bytes: video, options });
  await system.client.ended(calmId);
  undisturbed.kill("SIGKILL");

  const doomed = system.startWorker({ DETECTOR_THREADS: "1" });
  const jobId = await system.client.upload({ filename: "killed.mp4", bytes: video, options });
  await inMidVideo(jobId);
  process.kill(-doomed.pid!, "SIGKILL");
  const successor = system.startWorker();
  const job = await system.client.ended(jobId);

  expect(job.status).toBe("completed");
  expect(events(job, "claimed")).toHaveLength(2);
  expect(events(job, "completed")).toHaveLength(1);
  const [calm, killed] = await Promise.all(
    [calmId, jobId].map(async (id) => fetchResult(await system.client.results(id))),
  );
  expect(killed!.digests["detections.ndjson.gz"]).toBe(calm!.digests["detections.ndjson.gz"]);
  successor.kill("SIGTERM");
});

test("a worker told to stop hands its job back, uncharged, and exits", async () => {
  const polite = system.startWorker({ DETECTOR_THREADS: "1" });
  const jobId = await system.client.upload({ filename: "handed.mp4", bytes: video, options });
  await inMidVideo(jobId);

  const asked = performance.now();
  polite.kill("SIGTERM");
  const released = await system.client.until(
    jobId,
    "handed back",
    20,
    ({ status }) => status === "pending",
  );
  expect((performance.now() - asked) / 1000).toBeLessThan(10);
  expect(released.attempts).toMatchObject({ used: 0, interruptions: 1 });
  await eventually(async () => polite.exitCode !== null, {
    withinSeconds: 20,
    what: "the worker exits",
  });
  expect(polite.exitCode).toBe(0);

  const next = system.startWorker();
  expect((await system.client.ended(jobId)).status).toBe("completed");
  next.kill("SIGTERM");
});

test("a cancelled job stops its worker and never completes", async () => {
  const worker = system.startWorker({ DETECTOR_THREADS: "1" });
  const jobId = await system.client.upload({ filename: "unwanted.mp4", bytes: video, options });
  await inMidVideo(jobId);

  await system.client.call("POST", `/v1/jobs/${jobId}/cancel`);
  const job = await system.client.ended(jobId, 15);

  expect(job.status).toBe("cancelled");
  await expect(system.client.results(jobId)).rejects.toThrow(/409.*RESULTS_NOT_READY/);

  await system.client.call("POST", `/v1/jobs/${jobId}/retry`);
  const again = await system.client.ended(jobId);
  expect(again).toMatchObject({ status: "completed", run: 2 });
  worker.kill("SIGTERM");
});

test("every process killed at once, in every state of a job, loses nothing", async () => {
  const worker = system.startWorker({ DETECTOR_THREADS: "1" });
  const { client } = system;
  const range = { time_range: { start: 0, end: 2 } };
  const doneId = await client.upload({ filename: "done.mp4", bytes: video, options: range });
  await client.ended(doneId);
  const done = await fetchResult(await client.results(doneId));
  const announced = await client.submit({
    filename: "announced.mp4",
    bytes: video,
    options: range,
  });
  const runningId = await client.upload({ filename: "running.mp4", bytes: video, options });
  await inMidVideo(runningId);
  const queuedId = await client.upload({ filename: "queued.mp4", bytes: video, options: range });

  await system.killAll();
  expect(worker.pid).toBeDefined();
  system = await startSystem({ workers: 1, stateDirectory: system.state });

  const after = system.client;
  const signed = await after.call<{ url: string; headers: Record<string, string> }>(
    "POST",
    `/v1/jobs/${announced.job_id}/upload/sign`,
    { operation: "put" },
  );
  const put = await fetch(signed.url, {
    method: "PUT",
    headers: signed.headers,
    body: video,
  });
  expect(put.status).toBe(200);
  for (const jobId of [runningId, queuedId, announced.job_id]) {
    expect(await after.ended(jobId)).toMatchObject({ status: "completed" });
  }
  const kept = await fetchResult(await after.results(doneId));
  expect(kept.digests["detections.ndjson.gz"]).toEqual(done.digests["detections.ndjson.gz"]);
});

test("any one process killed comes back, and the job finishes", async () => {
  for (const { name, pid } of system.running.processes) {
    if (pid === system.start.pid) continue;
    const jobId = await system.client.upload({
      filename: `${name}.mp4`,
      bytes: video,
      options: { time_range: { start: 0, end: 4 } },
    });
    process.kill(pid, "SIGKILL");

    const job = await eventually(
      async () => {
        const seen = await system.client.job(jobId);
        return seen.status === "completed" ? seen : undefined;
      },
      { withinSeconds: 60, what: `the job finishes although ${name} was killed` },
    );
    expect(job.status).toBe("completed");
  }
});
