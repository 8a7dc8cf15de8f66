import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { limits } from "../contracts/limits.ts";
import { findTools } from "../gpu-worker/ffmpeg/find.ts";
import { startSystem } from "../test/support/system.ts";
import { backgroundShare } from "./protocol/background.ts";
import { costOf } from "./protocol/cost.ts";
import { secondsOf } from "./protocol/fan-out.ts";
import { handOverTimes } from "./protocol/hand-over.ts";
import { peakMegabytesOf } from "./protocol/memory.ts";
import { pickupTimes, quantile } from "./protocol/pickup.ts";
import { placesOf } from "./protocol/places.ts";
import { printTable } from "./table.ts";

/** What the protocol costs, each as a ratio or a count of one run: `npm run bench:protocol`. */
const { values: flags } = parseArgs({
  options: {
    /** Shorter: fewer uploads, no long video, no sixteen workers. */
    quick: { type: "boolean", default: false },
    /** Only these measurements: cost, pickup, hand-over, fan-out, memory; separated by commas. */
    only: { type: "string" },
    /** Prints missed bars and exits with 0 all the same. */
    "report-only": { type: "boolean", default: false },
  },
});

interface Line {
  readonly what: string;
  readonly value: string;
  readonly bar: string;
  readonly isMet: boolean | undefined;
}

const folder = mkdtempSync(join(tmpdir(), "framequeue-protocol-"));
const { ffmpeg } = await findTools({ environment: process.env });
const sample = readFileSync("models/pitch/sample.mp4");

/** A film with a key frame each second, small pictures and little in them. */
function film(name: string, seconds: number, framesPerSecond: number): Uint8Array<ArrayBuffer> {
  const path = join(folder, name);
  const source = `testsrc2=size=96x64:rate=${framesPerSecond}:duration=${seconds}`;
  const codec = `-c:v mpeg4 -q:v 20 -g ${framesPerSecond}`.split(" ");
  execFileSync(ffmpeg.path, ["-v", "error", "-f", "lavfi", "-i", source, ...codec, path]);
  return readFileSync(path);
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
const lines: Line[] = [];

async function cost(): Promise<void> {
  const segmentFrames = flags.quick ? 300 : limits.segmentFrames;
  // Long enough that what a job costs once, its beginning and its end, is no more than a part of it.
  const video = flags.quick ? sample : film("long.mp4", 1200, 30);
  const { seconds, segments, waitedSeconds, writeUnitsPerMinute, writes } = await costOf(video, {
    segmentFrames,
    folder,
  });
  const system = await startSystem({ workers: 0, context: {} });
  let kept: number;
  try {
    kept = await backgroundShare(placesOf(system), flags.quick ? 15 : 60);
  } finally {
    await system.stop();
  }
  const background = kept / availableParallelism();
  const share = waitedSeconds / seconds + background;
  console.log(
    `\n${segments} segments in ${seconds.toFixed(1)} s: waited ${percent(waitedSeconds / seconds)}, and beside the work ${percent(background)} of the processors`,
  );
  printTable(
    "What it wrote",
    ["write", "times", "units"],
    [...writes].map(([what, { count, units }]) => [what, `${count}`, `${units}`]),
  );
  lines.push(
    {
      what: "the protocol's part of a worker's time",
      value: percent(share),
      bar: "≤ 1 %",
      isMet: flags.quick ? undefined : share <= 0.01,
    },
    {
      what: "DynamoDB write units a minute of a busy worker, without indexes",
      value: writeUnitsPerMinute.toFixed(1),
      bar: "≤ 10",
      // A few seconds of work are all beginning and end.
      isMet: flags.quick ? undefined : writeUnitsPerMinute <= 10,
    },
  );
}

async function pickup(): Promise<void> {
  const times = await pickupTimes(film("short.mp4", 1, 5), flags.quick ? 20 : 200);
  const [half, most] = [quantile(times, 0.5), quantile(times, 0.99)];
  lines.push(
    {
      what: "upload done to claimed, p50",
      value: `${half} ms`,
      bar: "≤ 150 ms",
      isMet: half <= 150,
    },
    {
      what: "upload done to claimed, p99",
      value: `${most} ms`,
      bar: "≤ 500 ms",
      isMet: most <= 500,
    },
  );
}

async function handOver(): Promise<void> {
  const times = await handOverTimes(sample, 20);
  const [half, most] = [quantile(times, 0.5), quantile(times, 0.99)];
  lines.push({
    what: "SIGTERM to the next worker's claim, p99 of 20",
    value: `${most} ms (p50 ${half} ms)`,
    bar: "≤ 5 s",
    isMet: most <= 5000,
  });
}

async function fanOut(): Promise<void> {
  const system = await startSystem({ workers: 0, context: {} });
  try {
    const places = placesOf(system);
    // Shorter than segments are, so that it ends; what is done once for each weighs the more.
    const work = { segments: 160, segmentSeconds: 2 };
    const one = await secondsOf(places, { ...work, workers: 1 });
    const sixteen = await secondsOf(places, { ...work, workers: 16 });
    lines.push({
      what: "one worker's time ÷ sixteen workers', a detector that sleeps",
      value: `${(one / sixteen).toFixed(1)} (${one.toFixed(1)} s ÷ ${sixteen.toFixed(2)} s)`,
      bar: "≥ 15",
      isMet: one / sixteen >= 15,
    });
  } finally {
    await system.stop();
  }
}

async function memory(): Promise<void> {
  const options = { sampling: { mode: "fps", fps: 1 } };
  const minute = await peakMegabytesOf(film("minute.mp4", 60, 30), {});
  const hours = await peakMegabytesOf(film("hours.mp4", 7200, 30), options);
  const ratio = minute && hours ? hours / minute : undefined;
  lines.push({
    what: "peak memory, two hours ÷ one minute",
    value: ratio
      ? `${ratio.toFixed(2)} (${hours!.toFixed(0)} MB ÷ ${minute!.toFixed(0)} MB)`
      : "not to be seen on this system",
    bar: "≤ 1.1",
    isMet: ratio === undefined ? undefined : ratio <= 1.1,
  });
}

const measurements = {
  cost,
  pickup,
  ...(!flags.quick && { "hand-over": handOver, "fan-out": fanOut, memory }),
};
const only = flags.only?.split(",");
try {
  for (const [name, measure] of Object.entries(measurements)) {
    if (!only || only.includes(name)) await measure();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
printTable(
  "What the protocol costs",
  ["", "measured", "bar", "met"],
  lines.map(({ what, value, bar, isMet }) => [
    what,
    value,
    bar,
    isMet === undefined ? "–" : isMet ? "yes" : "no",
  ]),
);
const missed = lines.some(({ isMet }) => isMet === false);
process.exit(missed && !flags["report-only"] ? 1 : 0);
