import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { path as ffmpeg } from "@ffmpeg-installer/ffmpeg";
import { expect, test, vi } from "vitest";
import { aJobId } from "../support/job-row.ts";
import { aWorker, modelsDirectory } from "./support/a-worker.ts";
import { temporaryFolder } from "./support/clips.ts";

vi.setConfig({ testTimeout: 240_000 });

/** Four seconds of the sample, small, with a key frame every half second. */
function clip(): Buffer {
  const path = join(temporaryFolder(), "clip.mp4");
  const from = join(modelsDirectory, "pitch", "sample.mp4");
  const codec = "-c:v libx264 -preset veryfast -bf 2 -g 12 -keyint_min 12 -sc_threshold 0".split(
    " ",
  );
  const args = ["-v", "error", "-i", from, "-t", "4", "-vf", "scale=640:-2", ...codec, path];
  execFileSync(ffmpeg, args);
  return readFileSync(path);
}
const video = clip();
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function result({ workers, segmentFrames }: { workers: number; segmentFrames: number }) {
  const first = aWorker({ segmentFrames });
  await first.submit(video);
  const running = Array.from({ length: workers }, (_, index) => first.run(`w${index}`));
  await vi.waitFor(
    () => {
      expect(["completed", "failed"]).toContain(first.jobs.rows.get(aJobId)!.status);
      expect(first.queue.messages).toEqual([]);
    },
    { timeout: 100_000, interval: 20 },
  );
  first.shutdown.abort();
  await Promise.all(running);
  const row = first.jobs.rows.get(aJobId)!;
  const folder = row.result?.manifestKey.replace("manifest.json", "");
  const stored = (name: string) => sha256(first.bucket.objects.get(folder + name)!.body);
  return {
    row,
    segments: [...first.jobs.segmentRows.values()],
    digests: folder && ["detections.ndjson.gz", "timeline.json"].map(stored),
    lines: first.lines,
  };
}

test("cut or whole, by one worker or by several: the same bytes", async () => {
  const whole = await result({ workers: 1, segmentFrames: 1000 });
  expect(whole.segments).toEqual([]);

  for (const [workers, segmentFrames] of [
    [1, 12],
    [2, 24],
    [4, 12],
    [7, 12],
  ] as const) {
    const cut = await result({ workers, segmentFrames });
    expect(cut.row.error).toBeUndefined();
    expect(cut.row).toMatchObject({ status: "completed", phase: "assemble" });
    expect(cut.segments.length).toBeGreaterThan(2);
    expect(cut.segments.every(({ status }) => status === "completed")).toBe(true);
    expect(cut.digests).toEqual(whole.digests);
    expect(cut.row.result!.summary).toMatchObject({
      ...whole.row.result!.summary,
      seconds: expect.any(Number),
      frames_per_second: expect.any(Number),
    });
  }
});
