import { readFile } from "node:fs/promises";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { dynamodbJobStore } from "../../aws/dynamodb-job-store.ts";
import type { JobView } from "../../contracts/api.ts";
import { JobId } from "../../contracts/job-id.ts";
import { startSystem, tableClient, type System } from "../support/system.ts";
import { copyTree, edited } from "../support/tree-copy.ts";
import { fetchResult } from "../support/truth.ts";

let system: System;
let video: Buffer<ArrayBuffer>;
const olderVersion = {
  file: "package.json",
  from: '"version": "',
  to: '"version": "0.0.0-older-than-',
};
/** Half a minute otherwise, each time that a segment meets the other version: the test would take minutes. */
const soonGivenBack = {
  file: "contracts/limits.ts",
  from: "otherEngineSeconds: 30,",
  to: "otherEngineSeconds: 5,",
};
const options = { time_range: { start: 0, end: 6 } };

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
const goesWell = new Set(["submitted", "uploaded", "claimed", "planned", "completed"]);
const plansOf = ({ history }: JobView) => history.filter(({ event }) => event === "planned");

/** The segments of a job's first plan, from the table: the API does not show who did what went well. */
async function segmentsOf(job: JobView) {
  const client = tableClient(system);
  const table = system.running.worker_environment["JOBS_TABLE"]!;
  const jobs = dynamodbJobStore({ client: DynamoDBDocumentClient.from(client), table });
  const [plan] = plansOf(job);
  return jobs.segments.list({ jobId: JobId.parse(job.job_id), planFence: plan!.fence });
}

test("what an older version began and left, a newer one cuts anew and completes with an engine of its own", async () => {
  await using older = await copyTree();
  await using newer = await copyTree();
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
  expect(job.summary).toMatchObject({ completeness: "complete", frames_analysed: 150 });
  expect(job.history.filter(({ event }) => event === "planned")).toHaveLength(2);
  expect(manifest.engine.framequeue).not.toContain("older");
});

test("of an older and a newer version side by side each does the jobs that it cut, and both find the same", async () => {
  const videosMin = 4;
  const videosMax = 10;
  await using older = await copyTree();
  await using newer = await copyTree();
  using _ = edited(older.folder, [olderVersion, soonGivenBack]);
  using __ = edited(newer.folder, [soonGivenBack]);
  const start = (version: string, { folder }: { folder: string }) =>
    system.startWorker({ WORKER_ID: version, DETECTOR_THREADS: "1" }, { root: folder });
  const cutters = new Map<string, string | null>();
  async function uploadUntilCut() {
    const jobId = await upload(`side-by-side-${cutters.size}.mp4`);
    const cut = await system.client.until(jobId, "it is cut", 60, (job) => plansOf(job).length > 0);
    cutters.set(jobId, plansOf(cut)[0]!.worker_id);
  }
  const bothHaveCut = () => new Set(cutters.values()).size > 1;

  start("older", older);
  await uploadUntilCut();
  start("newer", newer);
  while (cutters.size < videosMin || (!bothHaveCut() && cutters.size < videosMax)) {
    await uploadUntilCut();
  }
  const jobs = [];
  for (const jobId of cutters.keys()) jobs.push(await system.client.ended(jobId));
  const ends = await Promise.all(
    jobs.map(async (job) => ({
      job,
      cutter: cutters.get(job.job_id),
      segments: await segmentsOf(job),
    })),
  );

  expect(new Set(cutters.values())).toEqual(new Set(["older", "newer"]));
  for (const { job, cutter, segments } of ends) {
    expect(job).toMatchObject({ status: "completed", error: null });
    expect(job.summary).toMatchObject({ completeness: "complete", frames_analysed: 150 });
    expect(plansOf(job)).toHaveLength(1);
    const detected = { event: "detected", workerId: cutter };
    expect(segments).toHaveLength(3);
    for (const { history } of segments) expect(history.at(-1)).toMatchObject(detected);
    expect(job.history.at(-1)).toMatchObject({ event: "completed", worker_id: cutter });
  }
  const results = await Promise.all(jobs.map(async ({ job_id }) => resultOf(job_id)));
  for (const { manifest, frames } of results) {
    const isOlder = cutters.get(manifest.job_id) === "older";
    expect(manifest.engine.framequeue.includes("older")).toBe(isOlder);
    expect(frames).toEqual(results[0]!.frames);
  }

  // What the other version took it gave back, and nothing was charged for it.
  const releases = ends.flatMap(({ job, cutter }) =>
    job.history.filter(({ event }) => !goesWell.has(event)).map((entry) => ({ ...entry, cutter })),
  );
  expect(releases.length).toBeGreaterThan(0);
  for (const { cutter, ...entry } of releases) {
    expect(entry).toMatchObject({
      event: "released",
      worker_id: cutter === "older" ? "newer" : "older",
      message: "it was begun with another engine",
    });
  }
  const charged = ends.flatMap(({ job, segments }) => [
    job.attempts.used,
    ...segments.map(({ attempts }) => attempts),
  ]);
  expect(new Set(charged)).toEqual(new Set([1]));
}, 240_000);
