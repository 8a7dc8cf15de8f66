import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import { ModelManifest } from "../../contracts/model.ts";
import { builtInManifests } from "../../models/catalog.ts";

type Written = z.input<typeof ModelManifest>;

/** One of the real models, how it is used, and under which name its reference detections are stored. */
export interface RealModel {
  readonly file: string;
  readonly references: string;
  /** Only these clips: for other exports of a model that is compared on all of them. */
  readonly clips?: readonly string[];
  readonly manifest: ModelManifest;
}

const { classes: coco } = builtInManifests.find(({ name }) => name === "coco")!;
const levels = (name: string): string[] => [8, 16, 32].map((stride) => `${name}_${stride}`);
const everything = { max_detections: 1000 };

const yolox = {
  family: "yolox",
  classes: coco,
  input: {
    name: "images",
    layout: "NCHW",
    dtype: "float32",
    width: 416,
    height: 416,
    channels: "BGR",
    resize: "letterbox",
    anchor: "top-left",
  },
  output: { decoder: "yolox", tensors: { predictions: "output" } },
  post: everything,
} as const satisfies Partial<Written>;

const finished = { nms: "none", ...everything } as const;

const written: readonly (Omit<RealModel, "manifest"> &
  Pick<Written, "family" | "classes" | "input" | "output" | "post">)[] = [
  { file: "yolox_nano_416_kazuhito", references: "yolox_nano_416", ...yolox },
  {
    file: "yolox_nano_640",
    references: "yolox_nano_640",
    ...yolox,
    input: { ...yolox.input, width: 640, height: 640 },
  },
  {
    file: "yolox_nano_416_nms",
    references: "yolox_nano_416_nms",
    ...yolox,
    output: {
      decoder: "rows",
      tensors: { rows: "detections" },
      columns: ["x1", "y1", "x2", "y2", "score", "class"],
    },
    post: finished,
  },
  {
    file: "yolox_nano_416_decoded",
    references: "yolox_nano_416",
    clips: ["exact_416_rgb"],
    ...yolox,
    output: { decoder: "yolo-v5", tensors: { predictions: "output" } },
  },
  {
    file: "yolox_nano_416_dynbatch",
    references: "yolox_nano_416",
    clips: ["exact_416_rgb"],
    ...yolox,
    input: { ...yolox.input, batch: "dynamic" },
  },
  {
    file: "yolox_nano_416_u8nhwc_rgb",
    references: "yolox_nano_416",
    clips: ["exact_416_rgb"],
    ...yolox,
    input: { ...yolox.input, name: "frame", layout: "NHWC", dtype: "uint8", channels: "RGB" },
  },
  {
    file: "deimv2_atto_coco",
    references: "deimv2_atto_320",
    family: "rt-detr",
    classes: coco,
    input: {
      ...yolox.input,
      width: 320,
      height: 320,
      batch: "dynamic",
      channels: "RGB",
      resize: "stretch",
      scale: 1 / 255,
      extras: [{ name: "orig_target_sizes", value: "size-wh", dtype: "int64" }],
    },
    output: {
      decoder: "boxes",
      tensors: { boxes: "boxes", scores: "scores", classes: "labels" },
      format: "xyxy",
      units: "pixels",
    },
    post: finished,
  },
  {
    file: "nanodet_m_416",
    references: "nanodet_m_416",
    family: "nanodet",
    classes: coco,
    input: {
      ...yolox.input,
      name: "input.1",
      mean: [103.53, 116.28, 123.675],
      std: [57.375, 57.12, 58.395],
      anchor: "center",
      // As the reference was made; NanoDet itself places the picture by fractions of a pixel.
      rounding: "down",
      pad: 0,
    },
    output: {
      decoder: "nanodet",
      tensors: { scores: levels("cls_pred_stride"), distances: levels("dis_pred_stride") },
      strides: [8, 16, 32],
      centre: "middle",
    },
    post: { iou: 0.6, ...everything },
  },
  {
    file: "yunet_n_640_640",
    references: "yunet_n_640",
    family: "yunet",
    classes: ["face"],
    input: { ...yolox.input, name: "input", width: 640, height: 640, pad: 0 },
    output: {
      decoder: "yunet",
      tensors: { classes: levels("cls"), objectness: levels("obj"), boxes: levels("bbox") },
    },
    post: { iou: 0.3, ...everything },
  },
];

/** The real models of the reference data in this folder, each with the manifest that a person would write for it. */
export const realModels = (folder: string): readonly RealModel[] =>
  written.map(({ file, references, clips, ...manifest }) => {
    const bytes = readFileSync(join(folder, "models", `${file}.onnx`));
    return {
      file: join(folder, "models", `${file}.onnx`),
      references,
      ...(clips && { clips }),
      manifest: ModelManifest.parse({
        schema: "framequeue.model/1",
        name: references.replaceAll("_", "-"),
        version: "1",
        licence: "see the reference data",
        file: {
          sha256: createHash("sha256").update(bytes).digest("hex"),
          size_bytes: bytes.length,
        },
        ...manifest,
      }),
    };
  });
