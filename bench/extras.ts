// What the pictures for people cost beside the detection: npm run extras
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTools } from "../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../gpu-worker/ffmpeg/input.ts";
import { probe } from "../gpu-worker/pipeline/probe/probe.ts";
import { makeSprite } from "../gpu-worker/pipeline/publish/sprite.ts";
import { thumbnailPlan } from "../gpu-worker/pipeline/publish/thumbnail-plan.ts";
import { printTable } from "./table.ts";

/** Processor time of decoding and detecting one frame with YOLOX-Nano; with a slower model the sprite's part is less. */
const millisecondsPerFrame = 21;
const shareMax = 0.02;
const seconds = 120;

if (!existsSync("/proc/self/stat")) {
  console.log("SKIPPED: only Linux tells how much processor time a program's children took.");
  process.exit(0);
}
// Without a sandbox: what runs in one ends before anybody could ask for its processor time.
const tools = await findTools({ environment: process.env, sandboxWish: "off" });
const ffmpeg = (...args: string[]) =>
  execFileSync(tools.ffmpeg.path, ["-v", "error", "-nostdin", "-y", ...args], {
    env: tools.ffmpeg.environment,
  });
const source = ["-f", "lavfi", "-i", `testsrc2=d=${seconds}:s=640x360:r=25`, "-pix_fmt", "yuv420p"];
const clips = [
  ["H.264, a key frame every 10 s", "mp4", "-c:v libx264 -preset ultrafast -g 250 -bf 2"],
  ["MPEG-2, a key frame every 0.5 s", "ts", "-c:v mpeg2video -g 12 -q:v 4"],
  ["MJPEG, key frames alone", "avi", "-c:v mjpeg -q:v 5 -pix_fmt yuvj420p"],
  ["H.264, one key frame", "mkv", "-c:v libx264 -preset ultrafast -g 99999 -sc_threshold 0"],
] as const;

const signal = new AbortController().signal;

/** Processor time of the programs that a step runs, which others on the machine do not change. */
async function spent(step: () => unknown): Promise<number> {
  const before = childrenSeconds();
  await step();
  return childrenSeconds() - before;
}

/** cutime and cstime of proc(5), in ticks of 10 ms. */
function childrenSeconds(): number {
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

const rows: string[][] = [];
let missed = false;
for (const [name, extension, options] of clips) {
  const folder = mkdtempSync(join(tmpdir(), "framequeue-extras-"));
  ffmpeg(...source, ...options.split(" "), join(folder, `made.${extension}`));
  renameSync(join(folder, `made.${extension}`), join(folder, sourceName));
  const video = await probe(tools.ffprobe, { folder, signal, advance: () => {} });
  const selection = { fromPts: -Infinity, toPts: Infinity };
  const plan = thumbnailPlan(video, selection);

  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    times.push(await spent(() => makeSprite(tools.ffmpeg, { folder, video, selection, signal })));
  }
  const spriteSeconds = median(times);
  const decode = ["-i", join(folder, sourceName), "-vf", "scale=416:-2:flags=bilinear"];
  const decodeSeconds = await spent(() => ffmpeg(...decode, "-f", "null", "-"));
  const frames = video.packets.pts.length;
  const share = spriteSeconds / ((frames * millisecondsPerFrame) / 1000);
  missed ||= share > shareMax;
  rows.push([
    name,
    plan?.mode ?? "none",
    `${spriteSeconds.toFixed(2)} s`,
    `${(spriteSeconds / decodeSeconds).toFixed(2)} ×`,
    `${(share * 100).toFixed(1)} %${share > shareMax ? " (missed)" : ""}`,
  ]);
  rmSync(folder, { recursive: true });
}
printTable(
  `Sprite of a video of ${seconds} s (median of 3, ffmpeg ${tools.ffmpeg.version}); bar: ${shareMax * 100} % of a job at ${millisecondsPerFrame} ms a frame`,
  ["video", "by", "processor time", "of decoding all", "of the job"],
  rows,
);
process.exitCode = missed ? 1 : 0;
