import * as z from "zod";
import { limits } from "./limits.ts";
import { ModelOutput } from "./model-output.ts";
import { NmsMode, ScoreByClass } from "./pipeline.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits, in lower case");

/** A level of grey, or red, green and blue, each 0–255. */
const Colour = z.union([
  z.int().min(0).max(255),
  z.tuple([z.int().min(0).max(255), z.int().min(0).max(255), z.int().min(0).max(255)]),
]);

/** Another input of the graph than the picture, and what it is fed with, once per picture. */
const ExtraInput = z.object({
  name: z.string(),
  /**
   * `size-wh` and `size-hw`: the input's pixels, so that boxes come out in them (RT-DETR's `orig_target_sizes`,
   * PaddleDetection's `im_shape`); `ones-hw`: 1 for height and width (`scale_factor`); `mask`: 1 for each pixel (DETR's `pixel_mask`).
   */
  value: z.enum(["size-wh", "size-hw", "ones-hw", "mask"]),
  dtype: z.enum(["int64", "int32", "float32"]),
});

const ModelInput = z.object({
  /** Name of the graph input that takes the picture. */
  name: z.string(),
  /** `CHW` and `HWC` have no dimension for the batch. */
  layout: z.enum(["NCHW", "NHWC", "CHW", "HWC"]),
  dtype: z.enum(["float32", "float16", "uint8"]),
  /** Pixels. */
  width: z.int().min(limits.modelSidePixelsMin).max(limits.modelSidePixelsMax),
  height: z.int().min(limits.modelSidePixelsMin).max(limits.modelSidePixelsMax),
  /** Pictures per run: the number that the graph is fixed to, or any. */
  batch: z.union([z.int().min(1).max(limits.modelBatchMax), z.literal("dynamic")]).default(1),
  channels: z.enum(["RGB", "BGR"]),
  /** `letterbox` keeps the aspect ratio and pads; `stretch` does not. */
  resize: z.enum(["letterbox", "stretch"]),
  /** Where a letterboxed picture sits in the padded one. */
  anchor: z.enum(["top-left", "center"]).default("center"),
  /** How a letterboxed picture's size becomes whole; by default `down` at the top left, as YOLOX does, else `nearest`, as Ultralytics. */
  rounding: z.enum(["down", "nearest"]).optional(),
  /** Colour of the padding, before `scale`, `mean` and `std`. */
  pad: Colour.default(114),
  /** Each channel, in the order of `channels`, becomes (value × scale − mean) / std. */
  scale: z.number().positive().default(1),
  mean: z.tuple([z.number(), z.number(), z.number()]).default([0, 0, 0]),
  std: z.tuple([z.number(), z.number(), z.number()]).default([1, 1, 1]),
  extras: z.array(ExtraInput).max(4).default([]),
});
export type ModelInput = z.infer<typeof ModelInput>;

const PostProcessing = z.object({
  nms: NmsMode.default("per-class"),
  /** Overlap above which the weaker of two boxes is dropped, 0–1. */
  iou: z.number().min(0).max(1).default(0.45),
  max_detections: z.int().min(1).max(limits.detectionsPerFrameMax).default(300),
  /** Least scores of single classes, where a job names none; they go before a pipeline's `score_min`. */
  score_min_by_class: ScoreByClass.optional(),
});

/** How a manifest came to be, where it was derived and not written by hand. */
const Derivation = z.object({
  by: z.enum(["metadata", "sidecar", "signature", "probe"]),
  /** 0–1; below 0.9 a person has confirmed it. */
  confidence: z.number().min(0).max(1),
  evidence: z.array(z.string()),
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
    derived: Derivation.optional(),
    /** Measured quality, as text and number, by the script that made the model. */
    accuracy: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
  })
  .refine(
    ({ classes, post }) =>
      Object.keys(post.score_min_by_class ?? {}).every((name) => classes.includes(name)),
    { path: ["post", "score_min_by_class"], error: "names a class that the model does not have" },
  )
  .meta({ id: "ModelManifest" });
export type ModelManifest = z.infer<typeof ModelManifest>;
