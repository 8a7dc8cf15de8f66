import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startSystem, type System } from "../support/system.ts";
import { copyTree, edited } from "../support/tree-copy.ts";
import { fetchResult } from "../support/truth.ts";

let system: System;
let video: Buffer<ArrayBuffer>;
const olderVersion = {
  file: "package.json",
  from: '"version": "',
  to: '"version": "0.0.0-older-than-',
};
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

const upload = (filename: string) => system.client.upload({ filename, bytes: video, options });
const resultOf = async (jobId: string) => fetchResult(await system.client.results(jobId));

test("what an older version began and left, a newer one cuts anew and completes with an engine of its own", async () => {
  using older = copyTree();
  using newer = copyTree();
  using _ = edited(older.folder, [olderVersion]);
  using __ = edited(newer.folder, [
    { file: "contracts/limits.ts", from: "replanSeconds: 600,", to: "replanSeconds: 5," },
  ]);
  const first = system.startWorker(
    { WORKER_ID: "older", DETECTOR_THREADS: "1" },
    { root: older.folder },
  );
  const jobId = await upload("left.mp4");
  await system.client.until(
    jobId,
    "some segments have ended",
    60,
    ({ segments }) => (segments?.ended ?? 0) > 0,
  );
  first.kill("SIGKILL");
  const { history, status } = await system.client.job(jobId);
  system.startWorker({ WORKER_ID: "newer" }, { root: newer.folder });
  const job = await system.client.ended(jobId);
  const { manifest } = await resultOf(jobId);

  expect(status).toBe("running");
  expect(history.filter(({ event }) => event === "planned")).toHaveLength(1);
  expect(job.status).toBe("completed");
  expect(job.summary).toMatchObject({ completeness: "complete", frames_analysed: 250 });
  expect(job.history.filter(({ event }) => event === "planned")).toHaveLength(2);
  expect(manifest.engine.framequeue).not.toContain("older");
});
