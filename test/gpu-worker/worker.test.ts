import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { path as ffmpeg } from "@ffmpeg-installer/ffmpeg";
import { describe, expect, test, vi } from "vitest";
import { ResultManifest, Timeline } from "../../contracts/artifact.ts";
import { FrameDetections } from "../../contracts/detection.ts";
import { JobId } from "../../contracts/job-id.ts";
import { DeviceLost } from "../../gpu-worker/device-lost.ts";
import { builtInPipelines } from "../../models/catalog.ts";
import { aJobId } from "../support/job-row.ts";
import { intersectionOverUnion, sampleTruth } from "../support/truth.ts";
import { aWorker, modelsDirectory } from "./support/a-worker.ts";
import { temporaryFolder } from "./support/clips.ts";

vi.setConfig({ testTimeout: 120_000 });

const sample = readFileSync(join(modelsDirectory, "pitch", "sample.mp4"));
const options = { sampling: { mode: "fps", fps: 5 }, time_range: { start: 1, end: 4 } } as const;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Runs until every job has ended. */
async function processed(worker: ReturnType<typeof aWorker>) {
  const running = worker.run();
  await vi.waitFor(
    () => {
      for (const { status } of worker.jobs.rows.values()) {
        expect(["completed", "failed"]).toContain(status);
      }
      expect(worker.queue.messages).toEqual([]);
    },
    { timeout: 100_000, interval: 50 },
  );
  worker.shutdown.abort();
  await running;
}

test("a job goes from its message to a result that says what is in the video", async () => {
  const worker = aWorker();
  await worker.submit(sample, { options });

  await processed(worker);

  const row = worker.jobs.rows.get(aJobId)!;
  expect(row).toMatchObject({ status: "completed", result: { run: 1, fence: 1 } });
  const folder = row.result!.manifestKey.replace("manifest.json", "");
  expect(folder).toBe(`results/${aJobId}/r1/f1/`);
  const stored = (name: string) => Buffer.from(worker.bucket.objects.get(folder + name)!.body);

  const manifest = ResultManifest.parse(JSON.parse(stored("manifest.json").toString()));
  expect(sha256(stored("manifest.json"))).toBe(row.result!.manifestSha256);
  expect(manifest.summary).toMatchObject({ completeness: "complete", frames_analysed: 15 });
  expect(manifest.video).toMatchObject({
    width: 1280,
    height: 720,
    frames_decoded: expect.any(Number),
  });
  expect(manifest.artifacts.map(({ name }) => name)).toEqual([
    "detections.ndjson.gz",
    "timeline.json",
    "poster.jpg",
  ]);
  expect(manifest.playback).toEqual({
    preview_needed: null,
    preview_start: null,
    preview_missing: null,
  });
  for (const { name, sha256: digest, size_bytes } of manifest.artifacts) {
    expect([sha256(stored(name)), stored(name).length]).toEqual([digest, size_bytes]);
  }

  const frames = linesOf(stored("detections.ndjson.gz"));
  expect(frames.map(({ frame_index }) => frame_index)).toEqual(
    Array.from({ length: 15 }, (_, index) => 25 + index * 5),
  );
  const timeline = Timeline.parse(JSON.parse(stored("timeline.json").toString()));
  const counted = timeline.classes.flatMap(({ counts }) => counts).reduce((a, b) => a + b);
  expect(counted).toBe(frames.flatMap(({ detections }) => detections).length);
  expect(await recall(frames)).toBeGreaterThan(0.85);
  expect(stored("poster.jpg").subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  expect(readdirSync(worker.scratchDirectory)).toEqual([]);
});

test("a job's times begin with its claim: what was done before the first frame is part of them", async () => {
  const worker = aWorker();
  await worker.submit(sample, { options: { time_range: { start: 0, end: 0.2 } } });

  await processed(worker);

  const said = (words: string) => worker.lines.find(({ message }) => message === words)!;
  const times = said("the time went") as unknown as Record<string, number>;
  const { after_milliseconds: first } = said("the first frame is detected");
  expect(times["probe_seconds"]).toBeGreaterThan(0);
  expect(first).toBeGreaterThan(times["probe_seconds"]! * 1000);
});

test("the same video twice gives the same bytes", async () => {
  const worker = aWorker();
  const second = JobId.parse("01jd0000000000000000000001");
  await worker.submit(sample, { options });
  await worker.submit(sample, { options, jobId: second });

  await processed(worker);

  const [one, other] = [aJobId, second].map((id) =>
    ["detections.ndjson.gz", "timeline.json", "poster.jpg"].map((name) =>
      sha256(worker.bucket.objects.get(`results/${id}/r1/f1/${name}`)!.body),
    ),
  );
  expect(one).toEqual(other);
});

test("of a video that browsers do not play there is a preview, and the manifest says why", async () => {
  const worker = aWorker();
  const folder = temporaryFolder();
  const [from, to] = [join(folder, "sample.mp4"), join(folder, "sample.mkv")];
  writeFileSync(from, sample);
  execFileSync(ffmpeg, ["-v", "error", "-i", from, "-t", "3", "-c:v", "mpeg2video", to]);
  await worker.submit(readFileSync(to), {
    options: { sampling: { mode: "fps", fps: 5 }, time_range: { start: 1, end: 2 } },
  });

  await processed(worker);

  const { manifestKey } = worker.jobs.rows.get(aJobId)!.result!;
  const stored = (name: string) =>
    Buffer.from(worker.bucket.objects.get(manifestKey.replace("manifest.json", name))!.body);
  const manifest = ResultManifest.parse(JSON.parse(stored("manifest.json").toString()));
  expect(manifest.playback).toEqual({
    preview_needed: "Browsers do not open MKV files.",
    preview_start: 1,
    preview_missing: null,
  });
  expect(manifest.artifacts.map(({ name, content_type }) => [name, content_type])).toEqual([
    ["detections.ndjson.gz", "application/gzip"],
    ["timeline.json", "application/json"],
    ["poster.jpg", "image/jpeg"],
    ["sprite.jpg", "image/jpeg"],
    ["thumbnails.vtt", "text/vtt"],
    ["preview.mp4", "video/mp4"],
  ]);
  expect(stored("preview.mp4").toString("latin1", 4, 8)).toBe("ftyp");
});

test("a bad file fails with its code and the next job completes", async () => {
  const worker = aWorker();
  const second = JobId.parse("01jd0000000000000000000001");
  await worker.submit(Buffer.from("#EXTM3U\nhttp://127.0.0.1:9/secret.ts\n"));
  await worker.submit(sample, { options, jobId: second });

  await processed(worker);

  expect(worker.jobs.rows.get(aJobId)).toMatchObject({
    status: "failed",
    error: { code: "CONTAINER_REFUSED" },
  });
  expect(worker.jobs.rows.get(second)!.status).toBe("completed");
});

test("a video replaced after its event is not analysed", async () => {
  const worker = aWorker();
  await worker.submit(sample);
  worker.bucket.store(`uploads/${aJobId}/source`, Buffer.from("another"));

  await processed(worker);

  expect(worker.jobs.rows.get(aJobId)!.error!.code).toBe("SOURCE_CHANGED");
});

test("the worker is seen from its first moment, while it works, and not once it went", async () => {
  const worker = aWorker();
  const seen = new Set<string>();
  const beat = worker.registry.beat.bind(worker.registry);
  const beats: number[] = [];
  worker.registry.beat = async (row) => {
    seen.add(`${row.state} ${row.jobId ?? "-"}`);
    if (row.state === "working") beats.push(row.heartbeatAt);
    await beat(row);
  };
  await worker.submit(sample, { options });

  await processed(worker);

  expect([...seen].slice(0, 3)).toEqual(["starting -", "idle -", `working ${aJobId}`]);
  expect(beats.length).toBeGreaterThan(2);
  expect(worker.registry.workers.size).toBe(0);
  expect(worker.lines.map(({ message }) => message)).toContain("ready");
  expect(JSON.stringify(worker.lines)).not.toMatch(/https?:/);
});

test("told to stop in mid-video, the job waits again, uncharged, and nothing is left on disk", async () => {
  const worker = aWorker();
  await worker.submit(sample);
  const running = worker.run();
  await vi.waitFor(
    () => expect(worker.lines.map(({ message }) => message)).toContain("detecting"),
    {
      timeout: 60_000,
    },
  );

  worker.shutdown.abort();
  await running;

  expect(worker.jobs.rows.get(aJobId)).toMatchObject({
    status: "pending",
    attempts: 0,
    interruptions: 1,
  });
  expect(readdirSync(worker.scratchDirectory)).toEqual([]);
});

const linesOf = (gzip: Buffer): FrameDetections[] =>
  gunzipSync(gzip)
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => FrameDetections.parse(JSON.parse(line)));

/** How much of what the generator drew was found, at an overlap of a half. */
async function recall(frames: readonly FrameDetections[]): Promise<number> {
  const truth = await sampleTruth();
  let [drawn, found] = [0, 0];
  for (const { frame_index, detections } of frames) {
    for (const [classId, ...box] of truth.frames[frame_index]!.boxes) {
      drawn++;
      const hit = ({ class_id, score, box: seen }: (typeof detections)[number]) =>
        class_id === classId &&
        score >= 0.25 &&
        intersectionOverUnion(seen, box as unknown as typeof seen) >= 0.5;
      if (detections.some(hit)) found++;
    }
  }
  return found / drawn;
}

describe.skipIf(existsSync("/dev/nvidia0"))("where there is no GPU", () => {
  test("a worker that requires one does not begin, says why, and is not seen any more", async () => {
    const worker = aWorker({ require: "gpu" });

    await expect(worker.run()).rejects.toThrow(/REQUIRE is gpu, and none works here/);
    expect(await worker.registry.list()).toEqual([]);
  });

  test("a job whose pipeline requires one fails with that, and is not done on the processor", async () => {
    const pipelines = builtInPipelines.map((each) => ({ ...each, require: "gpu" as const }));
    const worker = aWorker({ pipelines });
    await worker.submit(sample, { options });

    await processed(worker);

    expect(worker.jobs.rows.get(aJobId)).toMatchObject({
      status: "failed",
      error: { code: "GPU_REQUIRED" },
    });
  });
});

test("a worker whose GPU is lost ends with that error, and the job waits for another", async () => {
  const worker = aWorker();
  await worker.submit(sample, { options });
  // Wherever in the work it comes from: there is no GPU here to be lost.
  worker.bucket.read = () => Promise.reject(new DeviceLost("CUDA failure 999: unknown error"));

  await expect(worker.run()).rejects.toThrow("CUDA failure 999");

  expect(worker.jobs.rows.get(aJobId)).toMatchObject({ status: "pending", attempts: 0 });
  expect(worker.lines).toContainEqual(expect.objectContaining({ message: "the GPU was lost" }));
  expect(worker.registry.workers.size).toBe(0);
});
