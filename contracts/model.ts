import * as z from "zod";

/** How a model's output tensors become boxes. Each has one file of that name in gpu-worker/detector/decoders/. */
export const DecoderName = z.enum(["yolox", "yolo-v8"]);
export type DecoderName = z.infer<typeof DecoderName>;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits, in lower case");

const ModelInput = z.object({
  /** Name of the graph input that takes the picture. */
  name: z.string(),
  layout: z.enum(["NCHW", "NHWC"]),
  dtype: z.enum(["float32", "uint8"]),
  /** Pixels. */
  width: z.int().min(32).max(4096),
  height: z.int().min(32).max(4096),
  channels: z.enum(["RGB", "BGR"]),
  /** `letterbox` keeps the aspect ratio and pads; `stretch` does not. */
  resize: z.enum(["letterbox", "stretch"]),
  /** Where a letterboxed picture sits in the padded one. */
  anchor: z.enum(["top-left", "center"]).default("center"),
  /** Grey level of the padding, 0–255, before `scale`, `mean` and `std`. */
  pad: z.int().min(0).max(255).default(114),
  /** Each channel becomes (value × scale − mean) / std. */
  scale: z.number().positive().default(1),
  mean: z.tuple([z.number(), z.number(), z.number()]).default([0, 0, 0]),
  std: z.tuple([z.number(), z.number(), z.number()]).default([1, 1, 1]),
});

const ModelOutput = z.object({
  decoder: DecoderName,
  /** Name of the graph output that holds the predictions. */
  name: z.string(),
});

const PostProcessing = z.object({
  nms: z.enum(["per-class", "agnostic", "none"]).default("per-class"),
  /** Overlap above which the weaker of two boxes is dropped, 0–1. */
  iou: z.number().min(0).max(1).default(0.45),
  max_detections: z.int().min(1).max(1000).default(300),
});

/** What is known of an ONNX file: how to feed it and how to read it. Nothing of it is guessed at run time. */
export const ModelManifest = z
  .object({
    schema: z.literal("framequeue.model/1"),
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and hyphens"),
    version: z.string(),
    licence: z.string(),
    description: z.string().optional(),
    file: z.object({
      /** File name beside the manifest; absent when the file is only fetched. */
      path: z.string().optional(),
      /** Where the worker may fetch the file on first use. Checked against `sha256`. */
      url: z.url().optional(),
      sha256: Sha256,
      size_bytes: z.int().positive(),
    }),
    family: z.string(),
    /** Class names by class id. */
    classes: z.array(z.string().min(1)).min(1).max(10_000),
    input: ModelInput,
    output: ModelOutput,
    post: PostProcessing.prefault({}),
    /** Measured quality, as text and number, by the script that made the model. */
    accuracy: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
  })
  .meta({ id: "ModelManifest" });
export type ModelManifest = z.infer<typeof ModelManifest>;
