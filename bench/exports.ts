import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { lookAtModel } from "../cli/derive-manifest.ts";
import { modelFile } from "../cli/model-file.ts";
import type { ModelFile } from "../cli/model-manifest.ts";
import { openDetector } from "../gpu-worker/detector/detector.ts";
import { exactArithmetic } from "../gpu-worker/detector/exact-arithmetic.ts";
import { oneThreadEach } from "../gpu-worker/detector/share-threads.ts";
import { findTools } from "../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../gpu-worker/ffmpeg/input.ts";
import { answerOf, noAnswers, type Answers } from "../models/inspect/answers.ts";
import { conclude } from "../models/inspect/conclude.ts";
import { manifestOf } from "../models/inspect/inspect-model.ts";
import { agreementOf, shareOf, type Reference } from "../test/gpu-worker/support/agreement.ts";
import { analysed } from "../test/gpu-worker/support/analysed.ts";
import { referenceData } from "../test/gpu-worker/support/reference-data.ts";
import { printTable } from "./table.ts";

/**
 * Lets the exporters that are at hand export detectors of random weights, derives each manifest from the file as
 * `model add` does, and compares what the whole worker finds in a picture with what the exporter's own library finds.
 */
// Single boxes of random weights move with the last digit; a reading that is wrong in anything loses most of them.
const shareMin = 0.9;
const makers = {
  ultralytics: "ultralytics_exports",
  transformers: "hugging_face_exports",
  torchvision: "torchvision_exports",
  rfdetr: "rf_detr_exports",
};
const { values: asked } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    /** Exports that were made before, by these or by other makers. */
    folder: { type: "string" },
  },
});
exactArithmetic(process.env);
const tools = await findTools({ environment: process.env });
const work = await mkdtemp(join(tmpdir(), "framequeue-exports-"));
const run = promisify(execFile);
const { signal } = new AbortController();

/** What a library finds in the picture beside it, and what a person would have to answer. */
interface Found {
  readonly how: string;
  readonly score_floor: number;
  /** Of the reader; null where nothing is left to suppress. */
  readonly nms: { readonly iou: number; readonly agnostic: boolean } | null;
  readonly classes: readonly string[] | null;
  /** As `--set` takes them. */
  readonly answers: readonly string[];
  readonly boxes: Reference["frames"][number]["detections"];
}

/** Exports with every library that this Python has, into one folder. */
async function made(python: string): Promise<string> {
  const folder = join(work, "made");
  const picture = await pictureIn(work);
  for (const [library, maker] of Object.entries(makers)) {
    if (spawnSync(python, ["-c", `import ${library}, torch, onnx`]).status !== 0) {
      console.log(`Skipped: ${python} has no ${library} with torch and onnx.`);
      continue;
    }
    const script = join(import.meta.dirname, "exports", `${maker}.py`);
    const { status, stderr } = spawnSync(python, [script, folder, picture], { encoding: "utf8" });
    if (status !== 0) throw new Error(`${maker}.py ended with ${status}: ${stderr.slice(-2000)}`);
  }
  return folder;
}

/** A frame of a real clip, else of the sample. */
async function pictureIn(folder: string): Promise<string> {
  const clip = referenceData
    ? join(referenceData, "videos", "aws_mi_sample.mp4")
    : join(import.meta.dirname, "..", "models", "pitch", "sample.mp4");
  const picture = join(folder, "picture.png");
  const frame = ["-v", "error", "-ss", "1", "-i", clip, "-frames:v", "1", picture];
  await run(tools.ffmpeg.path, frame);
  return picture;
}

/** The manifest as a person gets it who answers what `model add` asks, and what that was. */
async function derived(file: ModelFile, { classes, answers }: Found) {
  const said: Answers["said"] = [
    ...answers.map(answerOf).filter((answer) => "part" in answer),
    ...(classes ? [{ part: "classes" as const, patch: { classes: [...classes] } }] : []),
  ];
  const answered: Answers = { said, accepted: "all" };
  const { questions } = conclude(await lookAtModel(file, noAnswers, signal), noAnswers);
  const given = questions.length > 0 ? answered : noAnswers;
  const manifest = manifestOf(conclude(await lookAtModel(file, given, signal), given));
  return { manifest, questions: questions.map(({ part }) => part) };
}

async function compared(folder: string): Promise<{ cells: string[]; isEqual: boolean }> {
  const found = JSON.parse(await readFile(join(folder, "reference.json"), "utf8")) as Found;
  await using file = await modelFile(join(folder, "model.onnx"), signal);
  const { manifest, questions } = await derived(file, found);
  await using detector = await openDetector(
    { manifest, modelPath: file.path, provider: "cpu" },
    oneThreadEach(availableParallelism()),
  );
  const job = await mkdtemp(join(work, "job-"));
  // Lossless, so that the worker sees the library's very numbers.
  const lossless = ["-c:v", "libx264rgb", "-qp", "0", "-f", "matroska", join(job, sourceName)];
  await run(tools.ffmpeg.path, ["-v", "error", "-i", join(folder, "picture.png"), ...lossless]);
  const { score_floor: floor, nms } = found;
  const { frames, video } = await analysed(job, {
    tools,
    detector,
    model: manifest,
    settings: {
      scoreMin: floor,
      overlap: {
        nms: nms === null ? "none" : nms.agnostic ? "agnostic" : "per-class",
        iou: nms?.iou ?? manifest.post.iou,
        max_detections: 1000,
      },
    },
  });
  const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  const boxes = found.boxes
    .map(({ box: [x1, y1, x2, y2], ...rest }) => ({
      ...rest,
      box: [
        within(x1, video.width),
        within(y1, video.height),
        within(x2, video.width),
        within(y2, video.height),
      ] as [number, number, number, number],
    }))
    // Of a box that lies outside the picture there is nothing to show.
    .filter(({ box: [x1, y1, x2, y2] }) => x2 > x1 && y2 > y1);
  const agreement = agreementOf(frames, {
    score_floor: floor,
    frames: [{ frame: 0, pts: 0, detections: boxes }],
  });
  const { ours, theirs } = agreement;
  const isEqual = shareOf(agreement) >= shareMin && theirs.compared > 0;
  return {
    isEqual,
    cells: [
      manifest.family,
      manifest.output.decoder,
      questions.join(", ") || "nothing",
      `${ours.agreed} of ${ours.compared}`,
      `${theirs.agreed} of ${theirs.compared}`,
      isEqual ? "ok" : "MISSED",
    ],
  };
}

const folder = asked.folder ?? (await made(asked.python));
const names = existsSync(folder) || asked.folder ? await readdir(folder) : [];
let missed = 0;
const rows: string[][] = [];
for (const name of names.sort()) {
  const row = await compared(join(folder, name)).catch((error: unknown) => error as Error);
  if (row instanceof Error || !row.isEqual) missed++;
  rows.push(
    row instanceof Error
      ? [name, "", "", "", row.message.split("\n")[0]!, "", "FAILED"]
      : [name, ...row.cells],
  );
}
await rm(work, { recursive: true });
if (rows.length === 0) {
  console.log(asked.folder ? `${folder} has no exports.` : "Skipped: no exporter is at hand.");
  process.exit(asked.folder ? 1 : 0);
}
printTable(
  "Real exports of random weights: the worker's boxes against the library's own, IoU ≥ 0.9, |Δ score| ≤ 0.05",
  ["export", "family", "decoder", "asked", "ours found there", "theirs found here", ""],
  rows,
);
console.log(`\n${rows.length - missed} of ${rows.length} exports reach ${shareMin * 100} %.`);
process.exitCode = missed > 0 ? 1 : 0;
