import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { oneThreadEach } from "../../gpu-worker/detector/share-threads.ts";
import { openDetector, type Detector } from "../../gpu-worker/detector/detector.ts";
import { childEnvironment } from "../../gpu-worker/ffmpeg/child-environment.ts";
import {
  answering,
  candidates,
  withAbilities,
  type Answering,
  type Tools,
} from "../../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { builtInManifests } from "../../models/catalog.ts";
import { analysed } from "./support/analysed.ts";
import { clip, temporaryFolder } from "./support/clips.ts";
import { decoded } from "./support/decoded.ts";

const models = join(import.meta.dirname, "..", "..", "models");
const how = { prefix: [], environment: childEnvironment(process.env) };

/** All programs of the name that are present here and run, each version once. */
async function present(name: "ffmpeg" | "ffprobe") {
  const places = { searchPath: process.env["PATH"] ?? "" };
  const found: Answering[] = [];
  for (const candidate of await candidates(name, places)) {
    if (!existsSync(candidate.path)) continue;
    const answer = await answering(name, candidate, how).catch((error: unknown) => {
      console.warn(`Skipped: ${name} of ${candidate.source}: ${String(error)}`);
    });
    const version = answer?.program.version;
    if (answer && found.every(({ program }) => program.version !== version)) found.push(answer);
  }
  return found;
}

const ffmpegs = (await present("ffmpeg")).map(withAbilities);
const ffprobes = (await present("ffprobe")).map(({ program }) => program);
for (const source of ["ffmpeg-static", "PATH", "@ffmpeg-installer/ffmpeg"]) {
  if (!ffmpegs.some((each) => each.source === source))
    console.warn(`Skipped: no ffmpeg from ${source}.`);
}
const pairs = ffmpegs.flatMap((ffmpeg) =>
  ffprobes.map((ffprobe): [string, Tools] => [
    `ffmpeg ${ffmpeg.version} (${ffmpeg.source}) with ffprobe ${ffprobe.version} (${ffprobe.source})`,
    { ffmpeg, ffprobe, sandbox: "none: not asked for" },
  ]),
);
const [, first] = pairs[0]!;

const pitch = builtInManifests.find(({ name }) => name === "pitch")!;
let detector: Detector;
let expected: Awaited<ReturnType<typeof everything>>;

/** Frames, times and detections of a few awkward clips and of the sample. */
async function everything(tools: Tools, folders: readonly string[]) {
  const times = [];
  for (const folder of folders) {
    const { frames, gaps } = await decoded(folder, tools);
    times.push({ gaps, frames: frames.map(({ frameIndex, pts, t }) => ({ frameIndex, pts, t })) });
  }
  const sample = temporaryFolder();
  copyFileSync(join(models, "pitch", "sample.mp4"), join(sample, sourceName));
  const { frames } = await analysed(sample, {
    tools,
    detector,
    model: pitch,
    settings: { timeRange: { start: 2, end: 2.4 }, scoreMin: 0.3 },
  });
  return { times, frames };
}

const source = ["-f", "lavfi", "-i", "testsrc=duration=2:size=192x108:rate=25"];
const folders = [
  clip(first, "mp4", ...source, "-pix_fmt", "yuv420p", "-bf", "2"),
  clip(first, "mkv", ...source, "-vf", "setpts=PTS+floor(N/7)*0.05/TB", "-pix_fmt", "yuv420p"),
  clip(first, "ts", ...source, "-pix_fmt", "yuv420p"),
];

beforeAll(async () => {
  const modelPath = join(models, "pitch", pitch.file.path!);
  detector = await openDetector({ manifest: pitch, modelPath, provider: "cpu" }, oneThreadEach(2));
  expected = await everything(first, folders);
});
afterAll(() => detector?.close());

test.each(pairs)(
  "%s: the same frames, times and detections",
  async (_, tools) => {
    const seen = await everything(tools, folders);

    expect(seen.times.map(({ frames }) => frames.length)).toEqual([50, 50, 50]);
    expect(seen.times).toEqual(expected.times);
    expect(seen.frames).toEqual(expected.frames);
  },
  60_000,
);
