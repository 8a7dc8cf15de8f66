import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tools } from "../../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { isHdr } from "../../gpu-worker/pipeline/probe/colour.ts";
import { decoded, smallInput } from "../gpu-worker/support/decoded.ts";
import type { FrameClip } from "./frame-clips.ts";
import { containerClock, decodedTimes } from "./frame-oracle.ts";
import { colourError, combing, numberIn, type PixelAt } from "./numbered-picture.ts";

type Decoded = Awaited<ReturnType<typeof decoded>>;

/** What the worker makes of one clip, and everything about it that is not true. */
export interface Checked extends Decoded {
  readonly numbers: readonly number[];
  /** Steps of 0–255 that the patches are off at most. */
  readonly colourOff: number;
  readonly faults: readonly string[];
}

export const benchInput = { ...smallInput, channels: "RGB" as const, width: 128, height: 128 };

/** The displayed picture within the model's input. */
export function pixelsOf(
  pixels: Uint8Array,
  { width, height, left, top, inputWidth }: Decoded["placement"],
): PixelAt {
  return (x, y) => {
    const [column, row] = [left + Math.floor(x * width), top + Math.floor(y * height)];
    const at = (row * inputWidth + column) * 3;
    return [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
  };
}

/** Runs `work` in a folder that holds the file under the name that the worker gives it. */
export async function inFolder<T>(path: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "framequeue-frames-"));
  try {
    await copyFile(path, join(folder, sourceName));
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Probes and decodes the clip as the worker does, and holds it against the clip's truth and against ffprobe. */
export async function checkClip(
  clip: FrameClip,
  path: string,
  tools: Tools,
  /** What `decodedTimes` says, where it was asked before. */
  asked?: readonly (number | undefined)[],
): Promise<Checked> {
  const result = await inFolder(path, (folder) => decoded(folder, tools, { input: benchInput }));
  const { frames, video, placement, framesDecoded, gaps } = result;
  const pictures = frames.map(({ pixels }) => pixelsOf(pixels, placement));
  const numbers = pictures.map(numberIn);
  const colourOff = Math.max(0, ...pictures.map(colourError));
  const oracle = asked ?? (await decodedTimes(tools.ffprobe, path));

  const faults: string[] = [];
  const must = (what: string, holds: boolean, seen: unknown) => {
    if (!holds) faults.push(`${what}: ${JSON.stringify(seen)}`);
  };
  must("frames", frames.length === clip.frames && framesDecoded === clip.frames, frames.length);
  must("gaps", gaps.length === 0, gaps);
  const wrongIndex = frames.findIndex(({ frameIndex }, at) => frameIndex !== at);
  must("index", wrongIndex < 0, [wrongIndex, frames[wrongIndex]?.frameIndex]);
  const wrongNumber = numbers.findIndex((number, at) => number !== clip.firstNumber + at);
  must("number in the picture", wrongNumber < 0, [wrongNumber, numbers[wrongNumber]]);
  const wrongPts = frames.findIndex(({ pts }, at) => pts !== (oracle[at] ?? pts));
  must("ticks are ffprobe's", wrongPts < 0 && oracle.length === frames.length, [
    wrongPts,
    frames[wrongPts]?.pts,
    oracle[wrongPts],
    oracle.length,
  ]);
  const apart = frames.map(({ t }, at) => Math.abs(t - frames[0]!.t - clip.seconds(at)));
  const { start, tick } = await containerClock(tools.ffprobe, path);
  const late = frames.findIndex(({ pts, t }) => Math.abs(t - (pts * tick - start)) > 2e-6);
  must("seconds from the container's start", late < 0, [late, frames[late]?.t, start]);
  must("times", Math.max(...apart) <= clip.tickSeconds, Math.max(...apart));
  must("size", video.width === clip.size.width && video.height === clip.size.height, [
    video.width,
    video.height,
  ]);
  const { rotation, mirrored, pixelAspectRatio, firstField, colour } = video;
  const interlaced = firstField !== undefined;
  const facts = { rotation, mirrored, pixelAspectRatio, interlaced, hdr: isHdr(colour) };
  for (const [name, expected] of Object.entries(clip.facts)) {
    must(name, facts[name as keyof typeof facts] === expected, facts[name as keyof typeof facts]);
  }
  must("colours", colourOff <= clip.colourTolerance, colourOff);
  const combed = interlaced
    ? Math.max(...pictures.map((picture, at) => combing(picture, numbers[at]!, placement.height)))
    : 0;
  must("no combs", combed === 0, combed);
  return { ...result, numbers, colourOff, faults };
}
