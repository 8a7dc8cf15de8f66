import * as z from "zod";
import { ModelRefused } from "../../model-refused.ts";
import { claimsOfOne, type Claim } from "../claim.ts";
import { fits } from "../presets.ts";
import { namesIn } from "./python-literal.ts";

const Three = z.tuple([z.number(), z.number(), z.number()]);

/** What of RF-DETR's contract (schema version 1, rfdetr/export/_runtime/metadata.py) is needed to run it. */
const Contract = z.object({
  schema_version: z.literal(1),
  producer_version: z.string().nullish(),
  task: z.string(),
  variant: z.string().nullish(),
  input_shape: z.tuple([z.int(), z.int(), z.int().positive(), z.int().positive()]),
  outputs: z.record(z.string(), z.union([z.string(), z.int()])),
  means: Three,
  stds: Three,
  pixel_scale: z.number().positive(),
  channel_order: z.literal("RGB"),
  class_names: z.array(z.string()),
  class_id_to_name: z.record(z.string(), z.string()).optional(),
  box_format: z.literal("cxcywh_normalized"),
});

/** What RF-DETR's exporter embedded as `rfdetr_inference`; throws ModelRefused where that is of another task or version. */
export function rfDetrClaims(metadata: Readonly<Record<string, string>>): readonly Claim[] {
  const text = metadata["rfdetr_inference"];
  if (text === undefined) return [];
  const contract = contractOf(text);
  const { task, outputs, means, stds, pixel_scale, input_shape, producer_version, variant } =
    contract;
  const [boxes, logits] = [outputs["pred_boxes"], outputs["pred_logits"]];
  if (task !== "detect" || typeof boxes !== "string" || typeof logits !== "string") {
    throw new ModelRefused(`The model was exported by RF-DETR for the task "${task}".`, {
      hint: "Only detection gives boxes here: export an RFDETRNano … RFDETRLarge model.",
    });
  }

  const claim = claimsOfOne({
    by: "metadata",
    confidence: 0.99,
    why: `RF-DETR's own contract${variant ? ` (${variant})` : ""}`,
  });
  const classes =
    namesIn(contract.class_id_to_name ?? contract.class_names) ?? contract.class_names;
  const [, , height, width] = input_shape;
  return [
    claim("family", { family: "rf-detr" }),
    claim("output", {
      output: { decoder: "detr", tensors: { logits, boxes }, activation: "sigmoid" },
      post: { nms: "none" },
    }),
    claim("size", { input: { width, height } }),
    claim("pixels", { input: { channels: "RGB", scale: pixel_scale, mean: means, std: stds } }),
    claim("fit", { input: fits.stretch }),
    claim("classes", { classes: [...classes] }),
    ...(producer_version ? [claim("version", { version: producer_version })] : []),
  ];
}

function contractOf(text: string): z.infer<typeof Contract> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const read = Contract.safeParse(json);
  if (read.success) return read.data;
  throw new ModelRefused(
    "RF-DETR's metadata (rfdetr_inference) is of a version that is not known here.",
    {
      hint: "Write a manifest (docs/models.md) and give it with --manifest, or export with another release of rfdetr.",
    },
  );
}
