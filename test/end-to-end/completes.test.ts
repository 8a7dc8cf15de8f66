import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiClient, startSystem, type System } from "../support/system.ts";
import { fetchResult, sampleTruth, scoreAgainstTruth } from "../support/truth.ts";

let system: System;
let sample: Buffer<ArrayBuffer>;

beforeAll(async () => {
  [system, sample] = await Promise.all([startSystem(), readFile("models/pitch/sample.mp4")]);
});
afterAll(() => system?.stop());

test("an uploaded video crosses three processes and comes out as what it shows", async () => {
  const { client } = system;
  const jobId = await client.upload({ filename: "sample.mp4", bytes: sample });
  const job = await client.ended(jobId);

  expect(job).toMatchObject({ status: "completed", error: null, blocked_reason: null });
  const { manifest, frames } = await fetchResult(await client.results(jobId));
  const truth = await sampleTruth();
  expect(frames.map(({ frame_index }) => frame_index)).toEqual(
    truth.frames.map(({ frame_index }) => frame_index),
  );
  expect(manifest.summary).toMatchObject({
    completeness: "complete",
    gaps: [],
    frames_analysed: truth.frames.length,
  });

  const players = scoreAgainstTruth(frames, truth, { label: "player", scoreMin: 0.4 });
  const ball = scoreAgainstTruth(frames, truth, { label: "ball", scoreMin: 0.4 });
  expect(players.boxes).toBeGreaterThan(1000);
  expect(players.precision).toBeGreaterThan(0.95);
  expect(players.recall).toBeGreaterThan(0.95);
  expect(ball.precision).toBeGreaterThan(0.85);
  expect(ball.recall).toBeGreaterThan(0.85);
});

test("the process that took the upload is not the process that found the objects", async () => {
  const pids = new Map(system.running.processes.map(({ name, pid }) => [name, pid]));

  expect(new Set(pids.values()).size).toBe(pids.size);
  expect(pids.size).toBeGreaterThanOrEqual(4);
});

test("the same Idempotency-Key leads to the same job, another body with it does not", async () => {
  const { client } = system;
  const body = { filename: "a.mp4", size_bytes: 5, content_type: "video/mp4" };
  const submit = (changes: object) =>
    client.call<{ job_id: string }>(
      "POST",
      "/v1/video/submit",
      { ...body, ...changes },
      { "idempotency-key": "k1" },
    );

  const first = await submit({});
  const second = await submit({});

  expect(second.job_id).toBe(first.job_id);
  await expect(submit({ size_bytes: 6 })).rejects.toThrow(/422.*IDEMPOTENCY_KEY_REUSED/);
});

test("a second job of the same video has the same bytes", async () => {
  const { client } = system;
  const short = {
    filename: "again.mp4",
    bytes: sample,
    options: { time_range: { start: 1, end: 3 } },
  };
  const jobIds = await Promise.all([client.upload(short), client.upload(short)]);
  for (const jobId of jobIds) expect((await client.ended(jobId)).status).toBe("completed");

  const [first, second] = await Promise.all(
    jobIds.map(async (jobId) => fetchResult(await client.results(jobId))),
  );

  expect(second!.digests["detections.ndjson.gz"]).toEqual(first!.digests["detections.ndjson.gz"]);
  expect(second!.digests["timeline.json"]).toEqual(first!.digests["timeline.json"]);
});

test("a deleted job is gone, with its video and every artifact", async () => {
  const { client } = system;
  const jobId = await client.upload({
    filename: "gone.mp4",
    bytes: sample,
    options: { time_range: { start: 0, end: 1 } },
  });
  await client.ended(jobId);
  const { source, manifest } = await client.results(jobId);

  await client.call("DELETE", `/v1/jobs/${jobId}`);

  await expect(client.job(jobId)).rejects.toThrow(/404.*JOB_NOT_FOUND/);
  for (const { url } of [source, manifest]) expect((await fetch(url)).status).toBe(404);
});

test("the page and the API answer at one address", async () => {
  const page = await fetch(system.running.page_url);

  expect(page.headers.get("content-type")).toMatch(/text\/html/);
  expect(await page.text()).toMatch(/<title>.*Framequeue/i);
  const { pipelines } = await apiClient({
    ...system.running,
    api_url: system.running.page_url,
  }).call<{
    pipelines: { pipeline_id: string }[];
  }>("GET", "/v1/pipelines");
  expect(pipelines.map(({ pipeline_id }) => pipeline_id)).toEqual(
    expect.arrayContaining(["pitch", "coco"]),
  );
});

test("no process logs an address that opens something, nor a key", async () => {
  const folder = join(system.state, "logs");
  const names = await readdir(folder);
  const logs = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const text = logs.join("\n");

  expect(names.length).toBeGreaterThanOrEqual(3);
  // What is searched is there at all: the functions and the worker tell of the jobs of this file.
  expect(text).toMatch(/"job_id"/);
  expect(text).not.toMatch(/X-Amz-(Signature|Credential|Security-Token)/i);
  expect(text).not.toContain(system.running.api_key);
  expect(text).not.toContain(system.running.secret_access_key);
  expect(text).not.toMatch(/\b(fqw?_|fqw1\.|whsec_)[\w-]{20,}/);
});
