import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startSystem, type System } from "../support/system.ts";
import { fetchResult } from "../support/truth.ts";

let system: System;
let video: Buffer<ArrayBuffer>;
const options = { time_range: { start: 0, end: 10 } };

beforeAll(async () => {
  [system, video] = await Promise.all([
    startSystem({
      workers: 0,
      context: { leaseSeconds: 4, heartbeatSeconds: 1, segmentFrames: 50 },
    }),
    readFile("models/pitch/sample.mp4"),
  ]);
});
afterEach(() => system.quiet());
afterAll(() => system?.stop());

const digests = async (jobId: string) => {
  const result = await fetchResult(await system.client.results(jobId));
  return [result.digests["detections.ndjson.gz"], result.digests["timeline.json"]];
};
const upload = (filename: string) => system.client.upload({ filename, bytes: video, options });

test("a video in segments, its workers killed one after the other: the bytes of a whole run", async () => {
  const whole = system.startWorker({ SEGMENT_FRAMES: "10000" });
  const calmId = await upload("calm.mp4");
  expect((await system.client.ended(calmId)).segments).toBeNull();
  whole.kill("SIGKILL");

  const doomed = [0, 1].map(() => system.startWorker({ DETECTOR_THREADS: "1" }));
  const jobId = await upload("segments.mp4");
  for (const [index, worker] of doomed.entries()) {
    await system.client.until(
      jobId,
      "some segments have ended",
      60,
      ({ segments }) => (segments?.ended ?? 0) > index,
    );
    worker.kill("SIGKILL");
  }
  const alone = await system.client.job(jobId);
  expect(alone).toMatchObject({ status: "running", worker_id: null });
  expect(alone.segments!.total).toBe(5);
  system.startWorker();
  system.startWorker();
  const job = await system.client.ended(jobId);

  expect(job.status).toBe("completed");
  expect(job.segments).toEqual({ total: 5, ended: 5 });
  expect(job.summary).toMatchObject({ completeness: "complete", frames_analysed: 250 });
  expect(job.history.filter(({ event }) => event === "completed")).toHaveLength(1);
  const expired = job.history.filter(({ event }) => event === "lease_expired");
  expect(expired.length).toBeGreaterThan(0);
  expect(await digests(jobId)).toEqual(await digests(calmId));
});

test("a segment is handed back when its worker is told to stop, and goes on at once", async () => {
  const polite = system.startWorker({ DETECTOR_THREADS: "1" });
  const jobId = await upload("handed.mp4");
  await system.client.until(
    jobId,
    "some segments have ended",
    60,
    ({ segments }) => (segments?.ended ?? 0) > 0,
  );
  system.startWorker();
  polite.kill("SIGTERM");
  const job = await system.client.ended(jobId);

  expect(job.status).toBe("completed");
  const released = job.history.filter(({ event }) => event === "released");
  expect(released.length).toBeLessThanOrEqual(1);
  expect(job.history.filter(({ event }) => event === "lease_expired")).toEqual([]);
});

test("cancelled while segments are detected, the job ends at once and stays ended", async () => {
  system.startWorker({ DETECTOR_THREADS: "1" });
  const jobId = await upload("cancelled.mp4");
  await system.client.until(
    jobId,
    "some segments have ended",
    60,
    ({ segments }) => (segments?.ended ?? 0) > 0,
  );

  await system.client.call("POST", `/v1/jobs/${jobId}/cancel`);

  expect((await system.client.job(jobId)).status).toBe("cancelled");
  const other = await upload("next.mp4");
  expect((await system.client.ended(other)).status).toBe("completed");
  expect((await system.client.job(jobId)).status).toBe("cancelled");
});
