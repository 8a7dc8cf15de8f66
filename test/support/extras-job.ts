import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobOptions } from "../../contracts/pipeline.ts";
import type { Tools } from "../../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { selectionOf } from "../../gpu-worker/pipeline/decode/selection.ts";
import { jsonLog } from "../../gpu-worker/log.ts";
import { clockOf } from "../../gpu-worker/pipeline/decode/timeline.ts";
import { probe } from "../../gpu-worker/pipeline/probe/probe.ts";
import { startExtras } from "../../gpu-worker/pipeline/publish/extras.ts";
import { jobView, type FakeApi } from "./fake-api.ts";
import type { NumberedClip } from "./numbered-clip.ts";
import { numberedResult } from "./numbered-job.ts";

/** A completed job of a numbered clip in another format, with what the worker makes for people to look at. */
export async function putExtrasJob(
  api: FakeApi,
  tools: Tools,
  {
    clip,
    extension,
    options,
    range,
    copies = 1,
  }: {
    clip: NumberedClip;
    extension: string;
    options: readonly string[];
    range?: JobOptions["time_range"];
    /** The file so many times, one behind the other, as recordings are joined. */
    copies?: number;
  },
) {
  const folder = mkdtempSync(join(tmpdir(), "framequeue-extras-"));
  const converted = join(folder, `made.${extension}`);
  const { path, environment, passthrough } = tools.ffmpeg;
  const asked = ["-v", "error", "-nostdin", "-i", clip.path, ...options, ...passthrough];
  execFileSync(path, [...asked, converted], {
    env: environment,
    stdio: ["ignore", "ignore", "ignore"],
  });
  const bytes = readFileSync(converted);
  writeFileSync(join(folder, sourceName), Buffer.concat(Array(copies).fill(bytes)));

  const quiet = { signal: new AbortController().signal, advance: () => {} };
  const log = jsonLog({ level: "WARN", write: console.warn, now: Date.now });
  const video = await probe(tools.ffprobe, { folder, ...quiet });
  const clock = clockOf(video);
  const { pts } = video.packets;
  const selection = selectionOf({ mode: "every" }, { range, clock, pts });
  await using started = startExtras(tools, {
    folder,
    video,
    selection,
    log,
    after: Promise.resolve(),
    posterTime: Promise.resolve(0),
    ...quiet,
  });
  const { playback, previewPath, sprite } = await started.finished;

  const job = api.put(jobView({ filename: `numbered.${extension}` }));
  const t = [...pts].map(clock.secondsAt);
  const result = numberedResult({ ...clip, t }, job.job_id, { playback });
  const made = [
    ["preview.mp4", previewPath, "video/mp4"],
    ["sprite.jpg", sprite?.spritePath, "image/jpeg"],
    ["thumbnails.vtt", sprite?.thumbnailsPath, "text/vtt"],
  ] as const;
  const extras = made.flatMap(([name, file, contentType]) =>
    file ? [[name, { body: readFileSync(file), contentType }] as const] : [],
  );
  api.bucket.objects.set(`uploads/${job.job_id}/source`, {
    body: readFileSync(join(folder, sourceName)),
    contentType: "application/octet-stream",
  });
  api.complete(job.job_id, { ...result, files: new Map([...result.files, ...extras]) });
  return { jobId: job.job_id, t, playback };
}
