import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { analyse } from "../gpu-worker/analyse.ts";
import { openDetector, type Detector } from "../gpu-worker/detector/detector.ts";
import { placementOf } from "../gpu-worker/detector/letterbox.ts";
import { oneThreadEach } from "../gpu-worker/detector/share-threads.ts";
import { findTools } from "../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../gpu-worker/ffmpeg/input.ts";
import { decode } from "../gpu-worker/pipeline/decode/decode.ts";
import { framePool } from "../gpu-worker/pipeline/decode/frame-pool.ts";
import { countSelected, selectionOf } from "../gpu-worker/pipeline/decode/selection.ts";
import { clockOf } from "../gpu-worker/pipeline/decode/timeline.ts";
import { framesInFlight } from "../gpu-worker/pipeline/detect/detect.ts";
import { probe } from "../gpu-worker/pipeline/probe/probe.ts";
import { builtInManifests } from "../models/catalog.ts";

/**
 * Measures decoding with scaling, detecting and both together on one video, and prints how near the whole comes to
 * what its parts allow. The parts are measured in turns with the whole, so that a busy machine slows all alike.
 */
const root = join(import.meta.dirname, "..");
const {
  values: { threads: threadsAsked, rounds },
  positionals: [video = join(root, "models", "pitch", "sample.mp4")],
} = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: "string", default: String(availableParallelism()) },
    rounds: { type: "string", default: "3" },
  },
});
const threads = Number(threadsAsked);

const manifest = builtInManifests.find(({ file }) => file.path !== undefined)!;
const modelPath = join(root, "models", manifest.name, manifest.file.path!);
const quiet = { signal: new AbortController().signal, advance: () => {}, report: () => {} };
const monotonic = () => performance.now();

const tools = await findTools({ environment: process.env });
const folder = await mkdtemp(join(tmpdir(), "framequeue-bench-"));
await copyFile(resolve(video), join(folder, sourceName));
const facts = await probe(tools.ffprobe, { folder, ...quiet });
const { pts } = facts.packets;
const selection = selectionOf({ mode: "every" }, { range: undefined, clock: clockOf(facts), pts });
const placement = placementOf(facts, manifest.input);
const frameBytes = manifest.input.width * manifest.input.height * 3;
const floors = { scoreMin: new Float32Array(manifest.classes.length).fill(0.1), scoreMinAny: 0.1 };
const detector = await openDetector(
  { manifest, modelPath, provider: "cpu" },
  oneThreadEach(threads),
);

async function decodeAlone(): Promise<number> {
  const pool = framePool(framesInFlight(detector), frameBytes);
  const { input } = manifest;
  const { frames } = decode(tools.ffmpeg, {
    folder,
    video: facts,
    selection,
    placement,
    input,
    pool,
    ...quiet,
  });
  let count = 0;
  for await (const { release } of frames) {
    release();
    count++;
  }
  return count;
}

async function detectAlone(): Promise<number> {
  const frames = Math.min(200, pts.length);
  const pixels = new Uint8Array(new SharedArrayBuffer(frameBytes)).fill(114);
  await Promise.all(Array.from({ length: frames }, () => detector.detect([pixels], floors)));
  return frames;
}

const whole = (used: Detector) => async (): Promise<number> => {
  const settings = {
    scoreMin: 0.1,
    scoreShown: 0.4,
    classes: undefined,
    sampling: { mode: "every" as const },
    timeRange: undefined,
    tracker: "sort" as const,
    require: "any" as const,
  };
  const framesTotal = countSelected(selection, pts);
  const { tally } = await analyse(
    { folder, settings, model: manifest, floors, video: facts, selection, framesTotal },
    { ffmpeg: tools.ffmpeg, detector: used, monotonic, ...quiet },
  );
  return tally.frames;
};

const measured = {
  decode: [] as number[],
  detect: [] as number[],
  whole: [] as number[],
};
for (let round = 0; round < Number(rounds); round++) {
  for (const [name, work] of [
    ["decode", decodeAlone],
    ["detect", detectAlone],
    ["whole", whole(detector)],
  ] as const) {
    const startedAt = monotonic();
    const frames = await work();
    measured[name].push(frames / ((monotonic() - startedAt) / 1000));
  }
}
await detector.close();
await rm(folder, { recursive: true });

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
const [decoding, detecting, together] = [
  median(measured.decode),
  median(measured.detect),
  median(measured.whole),
];
// Both need the same cores: times per frame add up.
const possible = 1 / (1 / decoding + 1 / detecting);
const line = (name: string, value: number) => `${name.padEnd(24)}${value.toFixed(1)} frames/s`;
console.log(
  [
    `${cpus()[0]?.model ?? "unknown processor"}, ${threads} detector threads, ffmpeg ${tools.ffmpeg.version}`,
    `${facts.width} × ${facts.height} ${facts.codec}, ${pts.length} frames, model ${manifest.name}`,
    line("decode and scale alone", decoding),
    line("detect alone", detecting),
    line("decode, detect, track", together),
    `ratio to what the parts allow: ${(together / possible).toFixed(2)}`,
  ].join("\n"),
);
