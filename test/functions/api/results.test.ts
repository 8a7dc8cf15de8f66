import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { ResultManifest } from "../../../contracts/artifact.ts";
import { keys } from "../../../contracts/keys.ts";
import { limits } from "../../../contracts/limits.ts";
import { aJobId, aJobRow } from "../../support/job-row.ts";
import { callApi } from "../../support/call-api.ts";
import { memorySystem } from "../../support/memory-system.ts";

const summary = {
  completeness: "complete" as const,
  gaps: [],
  frames_analysed: 3,
  score_shown: 0.4,
  detections: 5,
  detections_stored: 5,
  classes: [],
  seconds: 1,
  frames_per_second: 3,
};
const sha256 = "a".repeat(64);
const manifest: ResultManifest = {
  schema: "framequeue.result/1",
  job_id: aJobId,
  run: 2,
  fence: 5,
  filename: "match.mp4",
  source: { key: keys.upload(aJobId), etag: '"1"', size_bytes: 1000 },
  pipeline_id: "pitch",
  model: { name: "pitch", version: "1", sha256, licence: "Apache-2.0", classes: ["player"] },
  settings: {
    score_min: 0.1,
    score_shown: 0.4,
    classes: null,
    sampling: { mode: "every" },
    time_range: null,
    tracker: "sort",
  },
  video: {
    container: "mov",
    codec: "h264",
    pixel_format: "yuv420p",
    width: 1280,
    height: 720,
    rotation: 0,
    mirrored: false,
    pixel_aspect_ratio: 1,
    interlaced: false,
    colour: { range: null, matrix: null, primaries: null, transfer: null },
    dynamic_range: "standard",
    time_base: [1, 1000],
    start_time: 0,
    duration_seconds: 1,
    average_frame_rate: 3,
    variable_frame_rate: false,
    has_audio: false,
    packets: 3,
    frames_decoded: 3,
  },
  engine: {
    framequeue: "0.1.0",
    ffmpeg: "8",
    ffprobe: "8",
    onnxruntime: "1",
    provider: "cpu",
    precision: "fp32",
    batch_size: 1,
    model_sha256: sha256,
    fingerprint: sha256,
  },
  worker_id: "w1",
  summary,
  first_pts: 0,
  last_pts: 2,
  artifacts: [
    { name: "timeline.json", content_type: "application/json", size_bytes: 7, sha256 },
    { name: "poster.jpg", content_type: "image/jpeg", size_bytes: 8, sha256 },
  ],
  created_at: "2026-01-01T00:00:00.000Z",
};

async function completed(bytes = Buffer.from(JSON.stringify(manifest))) {
  const system = memorySystem();
  const manifestKey = keys.artifact(aJobId, 2, 5, "manifest.json");
  await system.jobs.insert(
    aJobRow({
      status: "completed",
      run: 2,
      fence: 9,
      source: { key: keys.upload(aJobId), etag: '"1"', sizeBytes: 1000 },
      result: {
        manifestKey,
        manifestSha256: createHash("sha256").update(bytes).digest("hex"),
        run: 2,
        fence: 5,
        summary,
      },
    }),
  );
  system.bucket.store(manifestKey, bytes);
  return { ...system, manifestKey, bytes, call: callApi(system) };
}

const linkOf = (url: string) => {
  const { pathname, searchParams } = new URL(url);
  return { path: pathname, ...Object.fromEntries(searchParams) };
};

test("results are links to the published fence's objects, with names to save them under", async () => {
  const { call, manifestKey, bytes, now } = await completed();

  const { status, body } = await call("getResults", { jobId: aJobId });

  expect(status).toBe(200);
  expect(body).toMatchObject({ run: 2, summary, manifest: { size_bytes: bytes.byteLength } });
  expect(linkOf(body.manifest.url)).toEqual({
    path: `/${manifestKey}`,
    filename: "match.manifest.json",
    contentType: "application/json",
  });
  expect(linkOf(body.artifacts[1].url)).toEqual({
    path: `/results/${aJobId}/r2/f5/poster.jpg`,
    filename: "match.poster.jpg",
    contentType: "image/jpeg",
  });
  expect(Date.parse(body.expires_at)).toBe(now() + limits.presignSeconds * 1000);
});

test("the video is linked to be shown in place, under the type that was announced", async () => {
  const { call } = await completed();

  const { body } = await call("getResults", { jobId: aJobId });

  expect(linkOf(body.source.url)).toEqual({
    path: `/uploads/${aJobId}/source`,
    contentType: "video/mp4",
  });
});

test("there are none before the job is completed", async () => {
  const system = memorySystem();
  await system.jobs.insert(aJobRow({ status: "running" }));

  expect(await callApi(system)("getResults", { jobId: aJobId })).toMatchObject({
    status: 409,
    body: { code: "RESULTS_NOT_READY", detail: "The job is running." },
  });
});

test("a manifest that is not the published one is an error of ours, never a result", async () => {
  const { call, bucket, manifestKey } = await completed();

  bucket.store(manifestKey, Buffer.from(JSON.stringify({ ...manifest, artifacts: [] })));
  const replaced = await call("getResults", { jobId: aJobId });
  await bucket.remove(manifestKey);
  const missing = await call("getResults", { jobId: aJobId });

  expect([replaced.status, missing.status]).toEqual([500, 500]);
});
