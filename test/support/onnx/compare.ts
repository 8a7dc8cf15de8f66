import type { ModelInput, ModelManifest } from "../../../contracts/model.ts";
import { pixelLayoutOf } from "../../../gpu-worker/detector/pixel-layout.ts";
import { openSession, rawWidth, type RawDetections } from "../../../gpu-worker/detector/session.ts";
import { naiveDetections } from "./naive/detect.ts";
import type { NaiveBox } from "./naive/tensor.ts";
import { blocks } from "./seeded.ts";

/** What the worker's session found and what the definitions say, counted over all pictures. */
export interface Comparison {
  readonly pictures: number;
  readonly ours: number;
  readonly naive: number;
  /** Boxes of either list that have a partner in the other. */
  readonly equal: number;
}

/** float32 in another order of operations; half floats are rounded the same way by both. */
const tolerance = { pixels: 0.02, score: 1e-4 };

/** Pictures in a run: what a graph is fixed to, two where it takes any number. */
export const picturesIn = ({ batch }: ModelInput): number => (batch === "dynamic" ? 2 : batch);

/** Pictures of blocks for one run of a model. */
export const blockPictures = (input: ModelInput): Uint8Array[] =>
  Array.from({ length: picturesIn(input) }, (_, picture) =>
    blocks(input.width, input.height, picture + 1),
  );

/** Runs a model through the worker's session and through the definitions, on RGB pictures of the input's size. */
export async function comparedWithDefinition(
  manifest: ModelManifest,
  modelPath: string,
  { pictures, scoreMin }: { pictures: readonly Uint8Array[]; scoreMin: number },
): Promise<Comparison> {
  const { input, classes } = manifest;
  const batch = pictures.length;
  const session = await openSession({
    manifest,
    modelPath,
    provider: "cpu",
    batch,
    threadsPerRun: 1,
  });
  const floors = {
    scoreMin: new Float32Array(classes.length).fill(scoreMin),
    scoreMinAny: scoreMin,
  };
  const found = await session.detect(
    pictures.map((picture) => laidOut(picture, input)),
    floors,
  );
  const defined = await naiveDetections(manifest, modelPath, pictures, scoreMin);

  const counts = { pictures: batch, ours: 0, naive: 0, equal: 0 };
  for (const [picture, naive] of defined.entries()) {
    const ours = boxesOf(found[picture]!);
    counts.ours += ours.length;
    counts.naive += naive.length;
    counts.equal += pairs(ours, naive);
  }
  return counts;
}

/** RGB pixels as the model takes them. */
function laidOut(picture: Uint8Array, input: ModelInput): Uint8Array {
  const { pixelStride, red, green, blue } = pixelLayoutOf(input);
  const area = input.width * input.height;
  const bytes = new Uint8Array(new SharedArrayBuffer(area * 3));
  for (let pixel = 0; pixel < area; pixel++) {
    for (const [channel, start] of [red, green, blue].entries()) {
      bytes[start + pixel * pixelStride] = picture[pixel * 3 + channel]!;
    }
  }
  return bytes;
}

function boxesOf(raw: RawDetections): NaiveBox[] {
  return Array.from({ length: raw.length / rawWidth }, (_, index) => {
    const [x1, y1, x2, y2, score, classId] = raw.subarray(index * rawWidth);
    return { box: [x1!, y1!, x2!, y2!], score: score!, classId: classId! };
  });
}

/** How many boxes of both lists are the same, one to one. */
function pairs(ours: readonly NaiveBox[], naive: readonly NaiveBox[]): number {
  const left = [...naive];
  let count = 0;
  for (const { box, score, classId } of ours) {
    const partner = left.findIndex(
      (other) =>
        other.classId === classId &&
        Math.abs(other.score - score) <= tolerance.score &&
        other.box.every((value, side) => Math.abs(value - box[side]!) <= tolerance.pixels),
    );
    if (partner < 0) continue;
    left.splice(partner, 1);
    count++;
  }
  return count;
}
