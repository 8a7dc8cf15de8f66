import { expect, test } from "vitest";
import { RetryableError } from "../../contracts/errors.ts";
import type { SegmentRow } from "../../contracts/segment.ts";
import { ptsSha256 } from "../../gpu-worker/pipeline/cut/pts-sha256.ts";
import { placeOf } from "../../gpu-worker/segment-place.ts";
import { framesOfParts } from "../../gpu-worker/segment-parts.ts";
import { verifyCover, verifySegments } from "../../gpu-worker/verify-segments.ts";
import { aDetectingJob, aPart, aSegmentRow } from "../support/segment-row.ts";
import { memoryMediaBucket } from "../support/memory-media-bucket.ts";

const job = aDetectingJob();
const whole = [0, 1, 2].map((index) =>
  aSegmentRow({ index, status: "completed", fence: 1, part: aPart(index) }),
);
const failed: Partial<SegmentRow> = {
  status: "failed",
  part: undefined as never,
  error: { code: "DECODE_FAILED", message: "no decoder" },
};
const changed = (index: number, differences: Partial<SegmentRow>) =>
  whole.map((row) => (row.index === index ? { ...row, ...differences } : row));

test("segments that make a whole are joined, also where one of them is missing and known to be", () => {
  expect(() => verifySegments(job, whole)).not.toThrow();
  expect(() => verifySegments(job, changed(1, failed))).not.toThrow();
});

test.each<[string, readonly SegmentRow[], RegExp]>([
  ["one is not there", whole.slice(0, 2), /2 of 3 segments/],
  ["one is there twice", [whole[0]!, whole[0]!, whole[2]!], /Segment 1 is called 0|ends at/],
  ["one is still held", changed(1, { status: "running" }), /Segment 1 is still running/],
  [
    "there is a hole between two",
    changed(1, { toPts: 199 }),
    /ends at 199, the next begins at 200/,
  ],
  ["two overlap", changed(1, { fromPts: 90 }), /ends at 100, the next begins at 90/],
  [
    "one is short and says nothing",
    changed(2, { part: { ...aPart(2), frames: 9 } }),
    /9 of 10 frames/,
  ],
  [
    "one comes from another engine",
    changed(0, { part: { ...aPart(0), engine: "x" } }),
    /another engine/,
  ],
  ["one was cut for another engine", changed(1, { engine: "x" }), /another engine/],
  [
    "the first does not say which engine it is",
    changed(0, { engineFacts: undefined as never }),
    /does not say which engine/,
  ],
])("nothing is joined where %s", (_, rows, words) => {
  expect(() => verifySegments(job, rows)).toThrow(words);
  expect(() => verifySegments(job, rows)).toThrow(RetryableError);
});

test("where no segment could be detected the job fails with the last reason", () => {
  const rows = whole.map((row) => ({ ...row, ...failed }));
  expect(() => verifySegments(job, rows)).toThrow(/Not one of 3 segments.*no decoder/);
});

test("they must reach from the video's first frame to its last", () => {
  const cut = { segments: whole, undivided: undefined } as never;
  expect(() => verifyCover(whole, cut)).not.toThrow();
  expect(() => verifyCover(whole.slice(1), cut)).toThrow(
    /from 100 to 300, the video from 0 to 300/,
  );
  expect(() => verifyCover(whole.slice(0, 2), cut)).toThrow(/from 0 to 200/);
});

test("a segment is taken only from a video that has its very frames", () => {
  const pts = Float64Array.from({ length: 30 }, (_, index) => index * 10);
  const row = aSegmentRow({ index: 1, ptsSha256: ptsSha256(pts.subarray(10, 20)) });

  expect(placeOf(row, { pts })).toEqual({ from: 10, to: 20, fromPts: 100, toPts: 200 });
  expect(() => placeOf({ ...row, packets: 9 }, { pts })).toThrow(/9 frames in its row/);
  expect(() => placeOf(row, { pts: pts.map((time) => time + (time === 150 ? 1 : 0)) })).toThrow(
    RetryableError,
  );
});

test.each([
  ["is another", Buffer.from("another"), /not what its row says|header/],
  ["is cut short", undefined, /not what its row says|end of file/],
])("a part whose object %s is not joined", async (_, bytes, words) => {
  const { gzipSync } = await import("node:zlib");
  const { createHash } = await import("node:crypto");
  const bucket = memoryMediaBucket();
  const line = `${JSON.stringify({ frame_index: 0, pts: 0, t: 0, detections: [] })}\n`;
  const body = gzipSync(line.repeat(10));
  const part = { ...aPart(), sha256: createHash("sha256").update(body).digest("hex") };
  const video = { timeBase: [1, 10], startTime: 0 } as never;
  const joined = async () => {
    const row = { ...whole[0]!, part };
    let frames = 0;
    const detected = framesOfParts([row], { video }, bucket, new AbortController().signal);
    for await (const _frame of detected.frames) frames++;
    return frames;
  };

  bucket.store(part.key, body);
  expect(await joined()).toBe(10);
  bucket.store(part.key, bytes ?? body.subarray(0, -9));
  await expect(joined()).rejects.toThrow(words);
});
