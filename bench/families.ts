import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { env } from "onnxruntime-node";
import { findTools } from "../gpu-worker/ffmpeg/find.ts";
import { pipelineDefaults } from "../models/catalog.ts";
import { referenceData } from "../test/gpu-worker/support/reference-data.ts";
import { blockPictures, comparedWithDefinition, picturesIn } from "../test/support/onnx/compare.ts";
import { writeFamily } from "../test/support/onnx/family.ts";
import { families } from "../test/support/onnx/families.ts";
import { tensorsOf } from "../contracts/output-tensors.ts";
import type { ModelInput, ModelManifest } from "../contracts/model.ts";
import { realModels } from "./accuracy/manifests.ts";
import { printTable } from "./table.ts";

/**
 * Runs one model of every family, and of every way of exporting it, through the worker's session, and compares each box
 * with what the family's definition makes of the same graph's answers.
 */
env.logLevel = "fatal";

const scoreMin = pipelineDefaults.score_min;
const folder = await mkdtemp(join(tmpdir(), "framequeue-families-"));
let failed = 0;

async function rowOf(
  title: string,
  manifest: ModelManifest,
  modelPath: string,
  pictures: readonly Uint8Array[],
): Promise<string[]> {
  const { input, output } = manifest;
  const compared = await comparedWithDefinition(manifest, modelPath, { pictures, scoreMin }).catch(
    (error: unknown) => error as Error,
  );
  const wrong =
    compared instanceof Error ||
    compared.ours === 0 ||
    compared.equal !== compared.ours ||
    compared.equal !== compared.naive;
  if (wrong) failed++;
  const cells =
    compared instanceof Error
      ? ["", "", compared.message]
      : [String(compared.pictures), String(compared.ours), `${compared.equal} equal`];
  return [
    title,
    output.decoder,
    `${input.dtype} ${input.layout}, batch ${input.batch}`,
    named(Object.values(tensorsOf(output)).flat()),
    ...cells,
    wrong ? "FAILED" : "ok",
  ];
}

/** The clip's first frames as RGB bytes in the input's size. */
async function framesOf(clip: string, input: ModelInput, ffmpeg: string): Promise<Uint8Array[]> {
  const { width, height } = input;
  const count = picturesIn(input);
  const { stdout } = await promisify(execFile)(
    ffmpeg,
    [
      "-v",
      "error",
      "-i",
      clip,
      "-vf",
      `scale=${width}:${height}`,
      "-frames:v",
      String(count),
    ].concat(["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]),
    { encoding: "buffer", maxBuffer: width * height * 3 * count },
  );
  return Array.from({ length: count }, (_, at) =>
    stdout.subarray(at * width * height * 3, (at + 1) * width * height * 3),
  );
}

const named = (outputs: readonly string[]): string =>
  [...outputs.slice(0, 4), ...(outputs.length > 4 ? ["…"] : [])].join(", ");

const columns = ["family", "decoder", "input", "outputs", "pictures", "boxes", "by definition", ""];
const rows: string[][] = [];
for (const family of families) {
  const modelPath = writeFamily(folder, family);
  const { title, manifest } = family;
  rows.push(await rowOf(title, manifest, modelPath, blockPictures(manifest.input)));
}
await rm(folder, { recursive: true });
printTable("Families, graphs made by a script with random weights", columns, rows);

if (referenceData) {
  const { ffmpeg } = await findTools({ environment: process.env });
  const clip = join(referenceData, "videos", "exact_640_rgb.mp4");
  const real: string[][] = [];
  for (const { manifest, file } of realModels(referenceData)) {
    const pictures = await framesOf(clip, manifest.input, ffmpeg.path);
    real.push(await rowOf(basename(file), manifest, file, pictures));
  }
  printTable("The same with real models, on frames of a real clip", columns, real);
} else {
  console.log("\nReal models: skipped, there is no reference data.");
}
console.log(`\n${failed === 0 ? "Every box is equal." : `${failed} FAILED.`}`);
process.exitCode = failed > 0 ? 1 : 0;
