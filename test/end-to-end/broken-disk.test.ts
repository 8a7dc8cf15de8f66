import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { mayMount, onDisk } from "../support/own-mounts.ts";
import { eventually, startSystem, type System } from "../support/system.ts";

let system: System;
let video: Buffer<ArrayBuffer>;

beforeAll(async () => {
  [system, video] = await Promise.all([
    startSystem({ workers: 0 }),
    readFile("models/pitch/sample.mp4"),
  ]);
});
afterEach(() => system.quiet());
afterAll(() => system?.stop());

const options = { time_range: { start: 0, end: 2 } };
const upload = (filename: string) => system.client.upload({ filename, bytes: video, options });

/** A worker whose scratch is a disk of its own, mounted like this. */
function workerOnDisk(name: string, mountOptions: string) {
  const scratch = join(system.state, name);
  mkdirSync(scratch);
  return system.startWorker(
    { SCRATCH_DIRECTORY: scratch, WORKER_ID: name },
    { prefix: onDisk(scratch, mountOptions) },
  );
}

test.skipIf(!mayMount)(
  "a worker whose disk is full ends nobody's attempts: it hands back what it takes, and another completes it",
  async () => {
    workerOnDisk("full", "size=128k");
    const jobId = await upload("full-disk.mp4");
    await system.client.until(jobId, "the job is handed back", 60, ({ history }) =>
      history.some(({ event }) => event === "released"),
    );
    const { attempts, status } = await system.client.job(jobId);
    // The worker with the full disk is still there, and rests.
    system.startWorker();
    const job = await system.client.ended(jobId);

    expect({ status, ...attempts }).toMatchObject({ status: "pending", used: 0, interruptions: 1 });
    expect(job.history.find(({ event }) => event === "released")).toMatchObject({
      worker_id: "full",
      message: expect.stringMatching(/machine failed: ENOSPC/) as string,
    });
    expect(job).toMatchObject({ status: "completed", attempts: { used: 1 } });
  },
);

test.skipIf(!mayMount)("a worker whose disk is read-only ends before it takes a job", async () => {
  const jobId = await upload("read-only-disk.mp4");
  const readOnly = workerOnDisk("read-only", "ro");
  const exitCode = await eventually(async () => readOnly.exitCode ?? undefined, {
    withinSeconds: 60,
    what: "the worker has ended",
  });
  const { history } = await system.client.job(jobId);

  expect(exitCode).toBe(1);
  expect(history.map(({ event }) => event)).toEqual(["submitted", "uploaded"]);
});
