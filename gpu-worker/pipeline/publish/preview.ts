import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { artifactNames } from "../../../contracts/artifact.ts";
import { limits } from "../../../contracts/limits.ts";
import { startChild } from "../../ffmpeg/child.ts";
import type { Tools } from "../../ffmpeg/find.ts";
import { run } from "../../ffmpeg/run.ts";
import { whyFailed } from "../../ffmpeg/why-failed.ts";
import type { Selection } from "../decode/selection.ts";
import { writeHlgTable } from "../decode/hlg-table.ts";
import { clockOf } from "../decode/timeline.ts";
import type { Video } from "../probe/probe.ts";
import { stallWatch } from "../stall-watch.ts";
import { h264Encoders } from "./h264-encoders.ts";
import { previewCommand, type PreviewPass } from "./preview-command.ts";
import { previewTruth } from "./preview-truth.ts";
import { showAsStored } from "./show-as-stored.ts";

/** preview.mp4, or why there is none. */
export type Preview =
  | { readonly path: string; readonly startSeconds: number }
  | { readonly missing: string };

export interface PreviewRequest {
  readonly folder: string;
  readonly video: Video;
  /** What is analysed: a player shows that much, and a second of a long video costs no more than a second. */
  readonly selection: Pick<Selection, "fromPts" | "toPts">;
  readonly signal: AbortSignal;
}

interface Pass {
  readonly firstPts: number | undefined;
  readonly frames: number;
  /** Undefined where the file holds exactly the frames that were told of. */
  readonly fault: string | undefined;
  /** Killed from outside, as for want of memory: neither the sound nor the encoder is at fault. */
  readonly killed: boolean;
}

const lookSeconds = 2;

/** Makes a video that any browser plays from one that not every browser does, each frame at its own time. */
export async function makePreview(tools: Tools, request: PreviewRequest): Promise<Preview> {
  const { folder, video, selection, signal } = request;
  const { pts, keys } = video.packets;
  const { fromPts, toPts } = selection;
  const expected = pts.find((time) => time >= fromPts && time < toPts);
  if (expected === undefined) return { missing: "No frame of it has a time." };
  const clock = clockOf(video);
  const [firstEncoder, ...others] = await h264Encoders(tools.ffmpeg, signal);
  if (!firstEncoder) return { missing: "The worker's ffmpeg has no H.264 encoder." };

  // A key frame more than is needed: pictures between two of them may need both.
  const seekPts = fromPts === -Infinity ? undefined : keyBefore(keys, expected, 2);
  const common = { video, toPts, firstPts: expected };
  let pass: PreviewPass = { ...common, seekPts, encoder: firstEncoder, sound: video.hasAudio };
  let wasKilled = false;
  for (;;) {
    const made = await runPass(tools, pass, request);
    const { firstPts, fault, killed } = made;
    if (firstPts !== undefined && firstPts > pass.firstPts) {
      // The beginning was not found by seeking, or is damaged: then the preview begins where there is a picture.
      pass = pass.seekPts === undefined ? { ...pass, firstPts } : { ...pass, seekPts: undefined };
    } else if (fault === undefined) {
      const path = join(folder, artifactNames.preview);
      await showAsStored(path);
      return { path, startSeconds: clock.secondsAt(pass.firstPts) };
    } else if (killed && !wasKilled) {
      wasKilled = true;
    } else if (pass.sound && !killed) {
      pass = { ...pass, sound: false };
    } else {
      const next = made.frames === 0 && !killed ? others.shift() : undefined;
      if (!next) {
        await rm(join(folder, artifactNames.preview), { force: true });
        return { missing: fault };
      }
      pass = { ...pass, encoder: next, sound: video.hasAudio };
    }
  }
}

/** The key frame that lies so many before a time; undefined where there are fewer. */
function keyBefore(keys: Float64Array, pts: number, count: number): number | undefined {
  return keys[keys.findLastIndex((key) => key <= pts) + 1 - count];
}

/** Runs ffmpeg over the source once, and stops it as soon as its first frame is not the one that was meant. */
async function runPass(
  { ffmpeg, ffprobe }: Tools,
  pass: PreviewPass,
  { folder, signal }: PreviewRequest,
): Promise<Pass> {
  const truth = previewTruth(pass.firstPts, pass.toPts);
  const ended = new AbortController();
  const watch = stallWatch(limits.stalledSeconds, () => ended.abort());
  writeHlgTable(folder, pass.video);
  const child = startChild(ffmpeg, previewCommand(ffmpeg, pass), {
    cwd: folder,
    writes: true,
    signal: AbortSignal.any([signal, ended.signal]),
    inBackground: true,
    onLine(line) {
      watch.advanced();
      truth.hear(line);
      if (truth.firstPts !== undefined && truth.firstPts > pass.firstPts) ended.abort();
    },
  });
  child.stdout.resume();
  // Moving the index to the front takes long for a long video, and is told of by nothing but the file.
  const looking = whileWritten(join(folder, artifactNames.preview), watch.advanced);
  const { code, signal: endedBy } = await child.exited.finally(() => {
    looking.end();
    watch.end();
  });
  signal.throwIfAborted();
  const { firstPts, frames } = truth;
  const fault = async (): Promise<string | undefined> => {
    if (watch.stalled) return `ffmpeg gave no frame for ${limits.stalledSeconds} s.`;
    if (endedBy) return `ffmpeg was ended by ${endedBy}.`;
    const written = await framesWritten(ffprobe, { folder, signal });
    if (frames > 0 && written === frames) return undefined;
    if (code !== 0) return `ffmpeg could not make it: ${lastWordsOf(child.lastWords())}`;
    return `It holds ${written ?? "no"} frames instead of ${frames}.`;
  };
  return {
    firstPts,
    frames,
    fault: ended.signal.aborted && !watch.stalled ? "" : await fault(),
    killed: endedBy === "SIGKILL" && !ended.signal.aborted,
  };
}

/** Says whenever a file has been written to. */
function whileWritten(path: string, onWritten: () => void): { readonly end: () => void } {
  let writtenAt = 0;
  let over = false;
  const look = async () => {
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: writtenAt }));
    if (!over && mtimeMs !== writtenAt) onWritten();
    writtenAt = mtimeMs;
  };
  const timer = setInterval(() => void look(), lookSeconds * 1000);
  return {
    end: () => {
      over = true;
      clearInterval(timer);
    },
  };
}

/** What the file's index says; undefined where it is not complete. Throws where ffprobe is killed or hangs. */
async function framesWritten(
  ffprobe: Tools["ffprobe"],
  { folder, signal }: Pick<PreviewRequest, "folder" | "signal">,
): Promise<number | undefined> {
  const asked = ["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=nb_frames"];
  const args = [...asked, "-of", "csv=p=0", `file:${artifactNames.preview}`];
  const ran = await run(ffprobe, args, { cwd: folder, seconds: limits.stalledSeconds, signal });
  if (ran.signal) throw new Error(`ffprobe, asked for the preview's frames, ${whyFailed(ran)}.`);
  const frames = Number.parseInt(ran.stdout, 10);
  return ran.code === 0 && Number.isInteger(frames) ? frames : undefined;
}

/** The last line that complains, without the name of its part of ffmpeg. */
function lastWordsOf(words: string): string {
  const lines = words.split("\n").filter((line) => /\[(error|fatal)\]/.test(line));
  return (lines.at(-1) ?? "no reason").replace(/^(\[.*?\]\s*)+/, "");
}
