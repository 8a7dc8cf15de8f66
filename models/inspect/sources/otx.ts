import * as z from "zod";
import { ModelRefused } from "../../model-refused.ts";
import type { Claim, Part, Patch } from "../claim.ts";
import { fits } from "../presets.ts";

const Three = z
  .string()
  .transform((text) => text.trim().split(/\s+/).map(Number))
  .pipe(z.tuple([z.number(), z.number(), z.number()]));

/**
 * What OpenVINO's training extensions (OTX 2) write into an export, each key after "model_info " (otx/backend/native/
 * exporter/base.py): mean and scale are of 0–255, in the order of the channels that the network takes.
 */
const Facts = z.object({
  otx_version: z.string(),
  task_type: z.string(),
  mean_values: Three,
  scale_values: Three,
  reverse_input_channels: z.enum(["True", "False"]),
  resize_type: z.string(),
  pad_value: z.coerce.number().int().min(0).max(255).default(0),
  label_info: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.object({ label_names: z.array(z.string()).min(1) })),
});

const prefix = "model_info ";

/** Claims of a file of OTX, by its metadata and the names of its outputs; throws ModelRefused where it is of another task. */
export function otxClaims(
  metadata: Readonly<Record<string, string>>,
  outputs: readonly { readonly name: string }[],
): readonly Claim[] {
  if (metadata[`${prefix}otx_version`] === undefined) return [];
  const given = Object.entries(metadata).map(([key, value]) => [key.replace(prefix, ""), value]);
  const read = Facts.safeParse(Object.fromEntries(given));
  if (!read.success) return [];
  const { otx_version, task_type, mean_values, scale_values, label_info, ...facts } = read.data;
  if (task_type !== "detection") {
    throw new ModelRefused(`The model was exported by OTX for the task "${task_type}".`, {
      hint: "Only detection gives boxes here.",
    });
  }

  const claim = (part: Part, patch: Patch, confidence = 0.97): Claim => ({
    part,
    by: "metadata",
    confidence,
    why: `metadata of OTX ${otx_version}`,
    patch,
  });
  const channels = facts.reverse_input_channels === "True" ? "BGR" : "RGB";
  const output = outputOf(outputs.map(({ name }) => name));
  return [
    ...(output
      ? [claim("family", { family: "otx" }), claim("output", { output, post: { nms: "none" } })]
      : []),
    claim("pixels", { input: { channels, scale: 1, mean: mean_values, std: scale_values } }),
    facts.resize_type === "standard"
      ? claim("fit", { input: fits.stretch })
      : // Where the picture lies in its padding, the metadata does not say.
        claim("fit", { input: { ...fits["letterbox-top-left"], pad: facts.pad_value } }, 0.6),
    claim("classes", { classes: label_info.label_names }),
  ];
}

/** Finished detections: boxes with their scores in pixels, or DETR's, whose boxes are parts of the picture. */
function outputOf(names: readonly string[]): Patch["output"] {
  const has = (...wanted: readonly string[]) =>
    names.length === wanted.length && wanted.every((name) => names.includes(name));
  if (has("boxes", "labels")) {
    return {
      decoder: "boxes",
      tensors: { boxes: "boxes", classes: "labels" },
      format: "xyxy",
      units: "pixels",
    };
  }
  if (!has("bboxes", "labels", "scores")) return undefined;
  return {
    decoder: "boxes",
    tensors: { boxes: "bboxes", classes: "labels", scores: "scores" },
    format: "xyxy",
    units: "normalised",
  };
}
