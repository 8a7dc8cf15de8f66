import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errors } from "../../contracts/errors.ts";
import { startSystem, eventually, type System } from "../support/system.ts";
import ffmpegInstaller from "@ffmpeg-installer/ffmpeg";

let system: System;
const sample = readFileSync("models/pitch/sample.mp4");
const folder = mkdtempSync(join(tmpdir(), "framequeue-bad-"));

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

function made(name: string, ...args: string[]): Buffer<ArrayBuffer> {
  const path = join(folder, name);
  execFileSync(ffmpegInstaller.path, ["-v", "error", "-y", ...args, path]);
  return readFileSync(path);
}

function withAbsurdSize(video: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  const absurd = Buffer.from(video);
  const entry = absurd.indexOf("avc1", absurd.indexOf("stsd"));
  absurd.writeUInt16BE(0, entry + 28);
  absurd.writeUInt16BE(0, entry + 30);
  return absurd.subarray(0, absurd.length);
}

const bad: readonly [string, readonly string[], () => Buffer<ArrayBuffer>][] = [
  [
    "a text file",
    ["CONTAINER_REFUSED", "NOT_A_VIDEO"],
    () => Buffer.from("Not a video at all.\n".repeat(50)),
  ],
  [
    "random bytes",
    ["CONTAINER_REFUSED", "NOT_A_VIDEO"],
    () => Buffer.from(crypto.getRandomValues(new Uint8Array(65_536))),
  ],
  [
    "an MP4 that ends before its index",
    ["NOT_A_VIDEO"],
    () =>
      made("noindex.mp4", "-f", "lavfi", "-i", "testsrc=d=2", "-pix_fmt", "yuv420p").subarray(
        0,
        9000,
      ),
  ],
  [
    "sound without a picture",
    ["NO_VIDEO_STREAM"],
    () => made("sound.mp4", "-f", "lavfi", "-i", "sine=d=1"),
  ],
  [
    "an HLS playlist named .mp4",
    ["CONTAINER_REFUSED"],
    () =>
      Buffer.from(
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\nhttp://127.0.0.1:9/secret.ts\n#EXT-X-ENDLIST\n",
      ),
  ],
];

describe("each bad file gets a stable code and a plain sentence, and the worker goes on", () => {
  test.each(bad)("%s", async (_, codes, bytes) => {
    const jobId = await system.client.upload({ filename: "bad.mp4", bytes: bytes() });
    const job = await system.client.ended(jobId, 30);

    expect(job.status).toBe("failed");
    expect(codes).toContain(job.error!.code);
    expect(job.error!.message.length).toBeGreaterThan(10);
    expect(job.error!.hint).toBe(errors[job.error!.code as keyof typeof errors].hint);
    expect(job.attempts.used).toBe(1);
  });

  test("a header that claims 0 × 0 pixels does not hide the true picture", async () => {
    const jobId = await system.client.upload({
      filename: "zero.mp4",
      bytes: withAbsurdSize(sample),
      options: { time_range: { start: 0, end: 1 } },
    });
    const job = await system.client.ended(jobId, 60);

    expect(job).toMatchObject({ status: "completed", summary: { frames_analysed: 25 } });
  });

  test("a truncated video is partial with named gaps, never silently short", async () => {
    const faststart = made(
      "fast.mp4",
      "-f",
      "lavfi",
      "-i",
      "testsrc=d=4:s=320x240",
      "-pix_fmt",
      "yuv420p",
      "-movflags",
      "+faststart",
    );
    const jobId = await system.client.upload({
      filename: "cut.mp4",
      bytes: faststart.subarray(0, Math.floor(faststart.length * 0.6)),
    });
    const job = await system.client.ended(jobId, 60);

    expect(job.status).toBe("completed");
    expect(job.summary!.completeness).toBe("partial");
    expect(job.summary!.gaps.length).toBeGreaterThan(0);
  });

  test("after all of them, a good video still completes", async () => {
    const jobId = await system.client.upload({
      filename: "good.mp4",
      bytes: sample,
      options: { time_range: { start: 0, end: 1 } },
    });

    expect((await system.client.ended(jobId)).status).toBe("completed");
  });
});

describe("each bad request is a problem document with a code", () => {
  const problem = async (
    method: string,
    path: string,
    body?: string,
    contentType = "application/json",
  ) => {
    const response = await fetch(new URL(path, system.running.api_url), {
      method,
      headers: {
        authorization: `Bearer ${system.running.api_key}`,
        ...(body !== undefined && { "content-type": contentType }),
      },
      ...(body !== undefined && { body }),
    });
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    return (await response.json()) as { status: number; code: string; detail: string };
  };
  const submit = (changes: object) =>
    problem(
      "POST",
      "/v1/video/submit",
      JSON.stringify({ filename: "a.mp4", size_bytes: 5, ...changes }),
    );

  test.each([
    ["malformed JSON", 400, "INVALID_JSON", () => problem("POST", "/v1/video/submit", "{nope")],
    [
      "not JSON",
      415,
      "UNSUPPORTED_MEDIA_TYPE",
      () => problem("POST", "/v1/video/submit", "a=b", "text/plain"),
    ],
    ["an unknown pipeline", 400, "PIPELINE_UNKNOWN", () => submit({ pipeline_id: "no-such" })],
    ["an unknown class", 400, "CLASS_UNKNOWN", () => submit({ options: { classes: ["unicorn"] } })],
    ["an empty file", 400, "UPLOAD_EMPTY", () => submit({ size_bytes: 0 })],
    ["a huge file", 413, "UPLOAD_TOO_LARGE", () => submit({ size_bytes: 1e15 })],
    ["a wrong type", 400, "INVALID_REQUEST", () => submit({ size_bytes: "five" })],
    ["an unknown field", 400, "INVALID_REQUEST", () => submit({ sise: 5 })],
    [
      "an unknown job",
      404,
      "JOB_NOT_FOUND",
      () => problem("GET", "/v1/jobs/01jd0000000000000000000000"),
    ],
    ["an id that is none", 404, "JOB_NOT_FOUND", () => problem("GET", "/v1/jobs/..%2F..%2Fetc")],
    ["an unknown route", 404, "ROUTE_NOT_FOUND", () => problem("GET", "/v1/nothing")],
  ])("%s", async (_, status, code, answer) => {
    const seen = await answer();

    expect(seen).toMatchObject({ status, code });
    expect(seen.detail.length).toBeGreaterThan(5);
  });
});

test("an upload of another size than announced is refused by the store", async () => {
  const { upload } = await system.client.submit({ filename: "a.mp4", bytes: sample });

  const response = await fetch(upload.put!.url, {
    method: "PUT",
    headers: upload.put!.headers,
    body: sample.subarray(1),
  });

  expect(response.status).toBe(403);
});

describe("what comes around the API", () => {
  const s3 = () => {
    const { running } = system;
    return new S3Client({
      endpoint: running.aws_endpoint_url,
      region: running.region,
      credentials: {
        accessKeyId: running.access_key_id,
        secretAccessKey: running.secret_access_key,
      },
    });
  };
  const bucket = () => system.running.worker_environment["MEDIA_BUCKET"]!;
  const jobNamed = (filename: string) =>
    eventually(
      async () => {
        const { jobs } = await system.client.call<{ jobs: { job_id: string; filename: string }[] }>(
          "GET",
          "/v1/jobs",
        );
        return jobs.find((job) => job.filename === filename);
      },
      { withinSeconds: 20, what: `a job for ${filename}` },
    );

  test("a file put into the inbox gets a job, once", async () => {
    const Key = "inbox/team/from aws cli+ü.mp4";
    await s3().send(new PutObjectCommand({ Bucket: bucket(), Key, Body: sample }));

    const { job_id } = await jobNamed("from aws cli+ü.mp4");

    expect((await system.client.ended(job_id)).status).toBe("completed");
  });

  test("a video that is deleted before the worker reads it fails with SOURCE_MISSING", async () => {
    const blocker = await system.client.upload({ filename: "blocker.mp4", bytes: sample });
    const jobId = await system.client.upload({ filename: "vanished.mp4", bytes: sample });
    await s3().send(new DeleteObjectCommand({ Bucket: bucket(), Key: `uploads/${jobId}/source` }));

    const job = await system.client.ended(jobId);

    expect(job).toMatchObject({ status: "failed", error: { code: "SOURCE_MISSING" } });
    await system.client.ended(blocker);
  });

  test("a message that is none of ours stops nobody", async () => {
    const { SendMessageCommand, SQSClient } = await import("@aws-sdk/client-sqs");
    const { running } = system;
    const sqs = new SQSClient({
      endpoint: running.aws_endpoint_url,
      region: running.region,
      credentials: {
        accessKeyId: running.access_key_id,
        secretAccessKey: running.secret_access_key,
      },
    });
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: running.worker_environment["WORK_QUEUE_URL"],
        MessageBody: "hello",
      }),
    );

    const jobId = await system.client.upload({
      filename: "after.mp4",
      bytes: sample,
      options: { time_range: { start: 0, end: 1 } },
    });

    expect((await system.client.ended(jobId)).status).toBe("completed");
  });
});
