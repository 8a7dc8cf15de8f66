import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { openDetector } from "../gpu-worker/detector/detector.ts";
import { exactArithmetic } from "../gpu-worker/detector/exact-arithmetic.ts";
import { oneThreadEach, onGpu } from "../gpu-worker/detector/share-threads.ts";
import { providers } from "../gpu-worker/detector/providers.ts";
import { findTools } from "../gpu-worker/ffmpeg/find.ts";
import { printTable } from "./table.ts";
import { boundsOf } from "./worker/bounds.ts";
import { median, sameBoxes } from "./worker/figures.ts";
import { peerKinds, peersMissing, runPeer, type PeerKind } from "./worker/peers.ts";
import { openStack, type WholeRun } from "./worker/stack.ts";
import { clipsIn, subjectsIn, type Clip, type Subject } from "./worker/subjects.ts";

/**
 * Measures the whole worker, from the probe to the published result on the local stack, against what its parts can do on
 * these cores, and against plain Python loops. Bounds, worker and loops take turns, round by round, so that a busy
 * machine slows all alike; ratios are taken within a round.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    /** One model and one clip, fewer frames. */
    quick: { type: "boolean", default: false },
    /** Prints missed bars of speed without failing: a shared machine says little of them. */
    "report-only": { type: "boolean", default: false },
    python: { type: "string", default: "python3" },
    /** What the parts run on: what the worker takes here. */
    provider: { type: "string", default: "cpu" },
  },
});
const bars = {
  ofBoundMin: 0.95,
  /** On a GPU, of the slower of decoding and inference: they share nothing. */
  ofSlowerMin: 0.9,
  ofPeersMin: 2,
  peakMegabytesMax: 600,
  /** From the probe on, too. */
  firstFrameMax: 300,
};
const floor = 0.1;
const provider = z.enum(providers).parse(values.provider);

exactArithmetic(process.env);
const rounds = Number(values.rounds);
const tools = await findTools({ environment: process.env });
const folder = mkdtempSync(join(tmpdir(), "framequeue-bench-"));
const cores = availableParallelism();
// Python's loops are for the same cores; a graphics card's rate says nothing of them.
const missing = provider === "cpu" ? peersMissing(values.python) : `the worker runs on ${provider}`;
console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${cores} cores, ffmpeg ${tools.ffmpeg.version}`,
);
if (missing) console.log(`Skipped: the Python loops; ${missing}.`);

/** Frames of each clip: long enough that a job's beginning and end are what they are in films. */
const frames = framesOf();
const [small, large] = subjectsIn(folder, provider);
const clips = clipsIn(folder, tools.ffmpeg, frames.small);
const shortClips =
  frames.large === frames.small
    ? clips
    : clipsIn(mkdtempSync(join(folder, "short-")), tools.ffmpeg, frames.large);
const pairs = (
  [
    [small, clips],
    [large, shortClips],
  ] as const
).flatMap(([subject, of]) => of.map((clip) => ({ subject, clip })));

const missed: string[] = [];
const speed = (name: string, value: number, min: number): string => {
  if (!(value >= min)) missed.push(`${name}: ${value.toFixed(2)}, the bar is ${min}`);
  return value.toFixed(2);
};

const columns: Record<"bounds" | "peers" | "times", string[][]> = {
  bounds: [],
  peers: [],
  times: [],
};
{
  await using stack = await openStack();
  for (const { subject, clip } of values.quick ? pairs.slice(0, 1) : pairs) {
    await measure(stack, subject, clip);
  }
}
rmSync(folder, { recursive: true });

function framesOf() {
  if (values.quick) return { small: 600, large: 300 };
  return provider === "cpu" ? { small: 3000, large: 600 } : { small: 3000, large: 3000 };
}

/** Seconds from the probe to the published result: how long the video takes to get here is not the worker's doing. */
function fromProbeOn({ seconds, stages }: WholeRun): number {
  return seconds - fetching(stages);
}
function fetching(stages: WholeRun["stages"]): number {
  return stages["fetch_seconds"] ?? NaN;
}

async function measure(
  stack: Awaited<ReturnType<typeof openStack>>,
  subject: Subject,
  clip: Clip,
): Promise<void> {
  const { manifest, path: modelPath } = subject;
  const title = `${subject.title}, ${clip.title}`;
  const pipeline = await stack.add(subject);
  // The first job loads the model and shares out the cores, and is the one whose memory is followed; a warm worker's
  // speed is what is measured.
  let whole = await stack.run(clip, pipeline, { followed: true });
  const peak = whole.peakMegabytes;
  if (whole.provider !== provider) {
    throw new Error(`The worker ran on ${whole.provider}: --provider ${whole.provider} compares.`);
  }
  const rates: Record<"a" | "b" | "c" | "whole" | PeerKind, number[]> = {
    a: [],
    b: [],
    c: [],
    whole: [],
    onnxruntime: [],
    "opencv-dnn": [],
  };
  const wholes: WholeRun[] = [];
  const agreed: Partial<Record<PeerKind, number>> = {};

  for (let round = 0; round < rounds; round++) {
    {
      await using detector = await openDetector(
        { manifest, modelPath, provider },
        provider === "cpu" ? oneThreadEach(cores) : onGpu(cores),
      );
      const bounds = await boundsOf(clip.path, { tools, detector });
      const part = Math.ceil(whole.frames / 2);
      rates.a.push(part / (await bounds.decodeAlone(part)));
      rates.b.push(part / (await bounds.inferAlone(part)));
      rates.c.push(whole.frames / (await bounds.together(whole.frames)));
    }
    whole = await stack.run(clip, pipeline);
    wholes.push(whole);
    rates.whole.push(whole.frames / fromProbeOn(whole));
    if (missing) continue;
    for (const kind of peerKinds) {
      const part = Math.ceil(whole.frames / 4);
      const peer = await runPeer(values.python, kind, subject, clip, { frames: part, floor });
      rates[kind].push(peer.frames / peer.seconds);
      if (subject.finds) agreed[kind] ??= sameBoxes(await whole.detections(), peer.detections);
    }
  }

  const ofBound = median(
    rates.whole.map(
      (rate, round) =>
        rate / (provider === "cpu" ? rates.c[round]! : Math.min(rates.a[round]!, rates.b[round]!)),
    ),
  );
  const shown = (rate: keyof typeof rates) => median(rates[rate]).toFixed(1);
  const reached = (["a", "b", "c", "whole"] as const).map(shown);
  // A bench that is stopped before its end has said something.
  console.log(
    `${title}: (a) ${reached[0]}, (b) ${reached[1]}, (c) ${reached[2]}, worker ${reached[3]}`,
  );
  columns.bounds.push([
    title,
    ...reached,
    provider === "cpu"
      ? speed(`${title}: of what the parts reach together`, ofBound, bars.ofBoundMin)
      : speed(`${title}: of the slower part`, ofBound, bars.ofSlowerMin),
  ]);
  if (!missing) {
    const faster = rates.onnxruntime.map((rate, round) =>
      Math.max(rate, rates["opencv-dnn"][round]!),
    );
    const ofPeers = median(rates.whole.map((rate, round) => rate / faster[round]!));
    columns.peers.push([
      title,
      ...peerKinds.map(shown),
      shown("whole"),
      speed(`${title}: times the faster Python loop`, ofPeers, bars.ofPeersMin),
      ...peerKinds.map((kind) =>
        agreed[kind] === undefined ? "–" : `${(agreed[kind] * 100).toFixed(1)} %`,
      ),
    ]);
  }
  const first = median(wholes.map(({ firstFrameMilliseconds }) => firstFrameMilliseconds));
  const fromProbe = median(
    wholes.map(
      ({ firstFrameMilliseconds, stages }) => firstFrameMilliseconds - fetching(stages) * 1000,
    ),
  );
  if (subject === small && peak !== undefined && peak > bars.peakMegabytesMax) {
    missed.push(`${title}: memory peak ${peak.toFixed(0)} MB, the bar is ${bars.peakMegabytesMax}`);
  }
  speed(
    `${title}: frames ${fromProbe.toFixed(0)} ms after the probe began`,
    bars.firstFrameMax / fromProbe,
    1,
  );
  const middle = wholes[wholes.length >> 1]!;
  columns.times.push([
    title,
    ...["fetch", "probe", "detect", "publish"].map((stage) =>
      (middle.stages[`${stage}_seconds`] ?? NaN).toFixed(2),
    ),
    middle.seconds.toFixed(2),
    first.toFixed(0),
    fromProbe.toFixed(0),
    peak?.toFixed(0) ?? "not measured",
  ]);
}

printTable(
  "What the worker reaches, frames/s",
  [
    "model, clip",
    provider === "cpu" ? "(a) decode and scale" : "(a) decode",
    "(b) inference",
    "(c) both together",
    "worker",
    provider === "cpu" ? "worker ÷ (c)" : "worker ÷ the slower of (a) and (b)",
  ],
  columns.bounds,
);
if (!missing) {
  printTable(
    "Beside plain Python loops, frames/s end to end",
    [
      "model, clip",
      ...peerKinds,
      "worker",
      "× the faster",
      ...peerKinds.map((kind) => `boxes as ${kind}`),
    ],
    columns.peers,
  );
}
printTable(
  "Where the time of a job went, s",
  [
    "model, clip",
    "fetch",
    "probe",
    "detect",
    "publish",
    "in all",
    "first frame, ms",
    "from the probe on",
    "memory peak, MB",
  ],
  columns.times,
);
for (const each of missed) console.log(`MISSED  ${each}`);
process.exit(missed.length > 0 && !values["report-only"] ? 1 : 0);
