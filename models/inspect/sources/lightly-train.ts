import * as z from "zod";
import type { Claim } from "../claim.ts";
import { pixels } from "../presets.ts";

const Three = z.tuple([z.number(), z.number(), z.number()]);
const Normalisation = z.object({ mean: Three, std: Three });

/** What Lightly Train writes of the pixels that its detectors take: mean and deviation of RGB, 0–1 (_export/export_onnx.py). */
export function lightlyTrainClaims(metadata: Readonly<Record<string, string>>): readonly Claim[] {
  const { lightly_train_version: version, image_normalize: text } = metadata;
  if (version === undefined || text === undefined) return [];
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [];
  }
  const read = Normalisation.safeParse(json);
  if (!read.success) return [];
  return [
    {
      part: "pixels",
      by: "metadata",
      confidence: 0.97,
      why: `metadata of Lightly Train ${version}`,
      patch: { input: { ...pixels["rgb-unit"], ...read.data } },
    },
  ];
}
