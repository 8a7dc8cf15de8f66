import { copyFile, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { openDetector, type Detector } from "../gpu-worker/detector/detector.ts";
import { exactArithmetic } from "../gpu-worker/detector/exact-arithmetic.ts";
import { providers } from "../gpu-worker/detector/providers.ts";
import { oneThreadEach, onGpu } from "../gpu-worker/detector/share-threads.ts";
import { findTools } from "../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../gpu-worker/ffmpeg/input.ts";
import {
  agreementOf,
  shareOf,
  type Agreement,
  type Reference,
} from "../test/gpu-worker/support/agreement.ts";
import { analysed } from "../test/gpu-worker/support/analysed.ts";
import { referenceData } from "../test/gpu-worker/support/reference-data.ts";
import { realModels, type RealModel } from "./accuracy/manifests.ts";
import { printTable } from "./table.ts";

/**
 * Compares what the whole worker finds, from probing to the detections' file, with the detections of an independent
 * implementation: every model on every clip, NMS per class and over all classes.
 */
const shareMin = 0.99;
const { values: asked } = parseArgs({
  options: { provider: { type: "string", default: "cpu" } },
});
const provider = z.enum(providers).parse(asked.provider);

if (!referenceData) {
  console.log("npm run accuracy: skipped, there is no reference data.");
  process.exit(0);
}
exactArithmetic(process.env);
const data = referenceData;
const tools = await findTools({
  environment: process.env,
  ffmpegPath: process.env["FFMPEG_PATH"],
  ffprobePath: process.env["FFPROBE_PATH"],
});
const stored = await readdir(join(data, "references"));

interface Row {
  readonly model: string;
  readonly clip: string;
  readonly agreement: Agreement | Error;
}

/** The clips that a model has references for; `agnostic` ones are of another rule for overlaps. */
function comparisonsOf({ references, clips }: RealModel) {
  return stored
    .filter((name) => name.startsWith(`${references}__`))
    .map((name) => {
      const [, clip, agnostic] = basename(name, ".json").split("__") as [string, string, string?];
      return { path: join(data, "references", name), clip, agnostic: agnostic !== undefined };
    })
    .filter(({ clip }) => !clips || clips.includes(clip));
}

async function compared(
  { manifest }: RealModel,
  detector: Detector,
  { path, clip, agnostic }: ReturnType<typeof comparisonsOf>[number],
): Promise<Agreement> {
  const reference = JSON.parse(await readFile(path, "utf8")) as Reference;
  const folder = await mkdtemp(join(tmpdir(), "framequeue-accuracy-"));
  try {
    const video = (await readdir(join(data, "videos"))).find((name) => name.startsWith(`${clip}.`));
    await copyFile(join(data, "videos", video!), join(folder, sourceName));
    const { frames } = await analysed(folder, {
      tools,
      detector,
      model: manifest,
      settings: {
        scoreMin: reference.score_floor / 2,
        sampling: { mode: "stride", stride: reference.frames[1]!.frame },
        timeRange: { start: 0, end: reference.frames.at(-1)!.pts + 0.001 },
        ...(agnostic && { overlap: { ...manifest.post, nms: "agnostic" } }),
      },
    });
    const indices = frames.map(({ frame_index }) => frame_index).join();
    if (indices !== reference.frames.map(({ frame }) => frame).join()) {
      throw new Error(`other frames: ${indices}`);
    }
    return agreementOf(frames, reference);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const rows: Row[] = [];
for (const model of realModels(data)) {
  const { manifest, file } = model;
  const name = basename(file, ".onnx");
  const detector = await openDetector(
    { manifest, modelPath: file, provider },
    provider === "cpu" ? oneThreadEach(availableParallelism()) : onGpu(availableParallelism()),
  ).catch((error: unknown) => error as Error);
  for (const comparison of comparisonsOf(model)) {
    const { clip, agnostic } = comparison;
    const agreement =
      detector instanceof Error
        ? detector
        : await compared(model, detector, comparison).catch((error: unknown) => error as Error);
    rows.push({ model: name, clip: agnostic ? `${clip}, agnostic` : clip, agreement });
  }
  if (!(detector instanceof Error)) await detector.close();
  const isCompared = rows.some(
    ({ model: of, agreement }) =>
      of === name && (agreement instanceof Error || agreement.theirs.compared > 0),
  );
  // Clips without a thing to find are worth comparing, but prove nothing of a model by themselves.
  if (!isCompared) {
    rows.push({ model: name, clip: "", agreement: new Error("no reference has a box") });
  }
}

const percent = ({ compared: all, agreed }: { compared: number; agreed: number }): string =>
  all === 0 ? "no boxes" : `${((100 * agreed) / all).toFixed(1)} % of ${all}`;
const passes = ({ agreement }: Row): boolean =>
  !(agreement instanceof Error) && shareOf(agreement) >= shareMin;
printTable(
  `Agreement with reference detections: IoU ≥ 0.9, |Δ score| ≤ 0.05, one to one (${provider}, ffmpeg ${tools.ffmpeg.version})`,
  ["model", "clip", "ours found there", "theirs found here", "bar"],
  rows.map((row) => {
    const { model, clip, agreement } = row;
    if (agreement instanceof Error) return [model, clip, agreement.message, "", "FAILED"];
    const verdict = passes(row) ? "ok" : `MISSED, ≥ ${shareMin * 100} %`;
    return [model, clip, percent(agreement.ours), percent(agreement.theirs), verdict];
  }),
);
const missed = rows.filter((row) => !passes(row)).length;
console.log(`\n${rows.length - missed} of ${rows.length} comparisons reach ${shareMin * 100} %.`);
process.exitCode = missed > 0 ? 1 : 0;
