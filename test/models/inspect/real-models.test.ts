import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import coco from "../../../models/coco/manifest.json" with { type: "json" };
import { inspectModel, manifestOf } from "../../../models/inspect/inspect-model.ts";
import { runModel } from "../../../models/inspect/probe/run-model.ts";
import { realModels } from "../../support/real-models.ts";

const yoloxInput = {
  name: "images",
  layout: "NCHW",
  dtype: "float32",
  width: 416,
  height: 416,
  batch: 1,
  channels: "BGR",
  resize: "letterbox",
  anchor: "top-left",
  pad: 114,
  scale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
};
const yolox = {
  family: "yolox",
  classes: coco.classes,
  input: yoloxInput,
  output: { decoder: "yolox", tensors: { predictions: "output" }, strides: [8, 16, 32] },
};
const stretched = { resize: "stretch", channels: "RGB", scale: 1 / 255, mean: [0, 0, 0] };

const expected: Readonly<Record<string, object>> = {
  yolox_nano_416_kazuhito: yolox,
  yolox_nano_416_dynbatch: { ...yolox, input: { ...yoloxInput, batch: "dynamic" } },
  yolox_nano_640: { ...yolox, input: { ...yoloxInput, width: 640, height: 640 } },
  yolox_nano_416_decoded: { ...yolox, output: { decoder: "yolo-v5" } },
  yolox_nano_416_u8nhwc_rgb: {
    ...yolox,
    input: { ...yoloxInput, name: "frame", layout: "NHWC", dtype: "uint8", channels: "RGB" },
  },
  yolox_nano_416_nms: {
    classes: coco.classes,
    input: yoloxInput,
    output: {
      decoder: "rows",
      tensors: { rows: "detections" },
      columns: ["x1", "y1", "x2", "y2", "score", "class"],
      units: "pixels",
    },
    post: { nms: "none" },
  },
  deimv2_atto_coco: {
    family: "rt-detr",
    classes: coco.classes,
    // Equal to the reference detections with 1/255 alone; ImageNet's mean and deviation give other boxes.
    input: {
      ...stretched,
      width: 320,
      height: 320,
      batch: "dynamic",
      extras: [{ name: "orig_target_sizes", value: "size-wh", dtype: "int64" }],
    },
    output: { decoder: "boxes", format: "xyxy", units: "pixels", class_offset: 0 },
    post: { nms: "none" },
  },
  nanodet_m_416: {
    family: "nanodet",
    classes: coco.classes,
    // Equal to the reference detections: centred on black, anchors in the middle of their cells.
    input: {
      channels: "BGR",
      resize: "letterbox",
      anchor: "center",
      pad: 0,
      mean: [103.53, 116.28, 123.675],
    },
    output: { decoder: "nanodet", strides: [8, 16, 32], centre: "middle" },
  },
  yunet_n_640_640: {
    family: "yunet",
    classes: ["face"],
    input: { ...yoloxInput, name: "input", width: 640, height: 640, pad: 0 },
    output: { decoder: "yunet" },
  },
};

describe.skipIf(!existsSync(realModels))(
  "the real models of ../shared/data (skipped where it is absent)",
  () => {
    test.each(Object.entries(expected))(
      "%s: the right manifest is derived, with what is supposed where it asks",
      async (name, manifest) => {
        const inspection = await inspectModel(join(realModels, `${name}.onnx`), {
          runProbe: runModel,
          answers: { said: [], accepted: "all" },
        });

        expect(manifestOf(inspection)).toMatchObject(manifest);
      },
      30_000,
    );

    test("eighty classes without names are a question, never COCO's in silence", async () => {
      const path = join(realModels, "yolox_nano_416_kazuhito.onnx");

      const { questions, confidence } = await inspectModel(path, { runProbe: runModel });

      expect(questions).toMatchObject([
        { part: "classes", supposed: expect.stringContaining("person") },
      ]);
      expect(confidence).toBeLessThan(0.9);
    });

    test("with --classes coco nothing is left to ask but where NMS hides the family", async () => {
      for (const name of Object.keys(expected)) {
        const classes = name.startsWith("yunet") ? ["face"] : coco.classes;
        const { questions } = await inspectModel(join(realModels, `${name}.onnx`), {
          runProbe: runModel,
          answers: { said: [{ part: "classes", patch: { classes } }], accepted: [] },
        });

        const parts = questions.map(({ part }) => part);
        expect([name, parts]).toEqual([name, name.endsWith("nms") ? ["pixels", "fit"] : []]);
      }
    }, 60_000);
  },
);
