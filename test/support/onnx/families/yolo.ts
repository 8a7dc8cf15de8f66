import type { ModelInput } from "../../../../contracts/model.ts";
import { cellsOf, pictureOf, type Cells } from "../cells.ts";
import { familyOf, fixtureClasses, fixtureSize, type FamilyRecipe } from "../family.ts";
import type { Graph, Value } from "../graph.ts";
import { anchorsFirst, headOf, normalised, scoresOf } from "../heads.ts";

const strides = [8, 16, 32];
const scale = 1 / 255;
const { width, height } = fixtureSize;

/** Ultralytics writes what Python prints of its values; this is what 8.3.253 writes. */
export const ultralyticsMetadata = (more: Readonly<Record<string, string>> = {}) => ({
  description: "Ultralytics model",
  author: "Ultralytics",
  version: "8.3.253",
  license: "AGPL-3.0 License (https://ultralytics.com/license)",
  stride: "32",
  task: "detect",
  batch: "1",
  imgsz: `[${height}, ${width}]`,
  names: `{0: '${fixtureClasses[0]}', 1: "${fixtureClasses[1]}", 2: '${fixtureClasses[2]}'}`,
  channels: "3",
  args: "{'batch': 1, 'half': False, 'dynamic': False, 'simplify': True, 'opset': 17, 'nms': False}",
  ...more,
});

const v8Output = { decoder: "yolo-v8", tensors: { predictions: "output0" } } as const;

/** B × (4 + classes) × A, or B × A × (4 + classes). */
function v8({
  transposed = false,
  dims,
}: { transposed?: boolean; dims?: readonly (number | string)[] } = {}): FamilyRecipe["build"] {
  return (graph, input, classCount) => {
    const picture = pictureOf(graph, input, dims);
    const cells = cellsOf(graph, picture, { input, strides, channels: 4 + classCount, seed: 8 });
    const { centreSize, scores } = headOf(graph, cells, classCount);
    let answer = graph.concat([centreSize, scores], 2);
    if (!transposed) answer = graph.transpose(answer, [0, 2, 1]);
    if (input.dtype === "float16") answer = graph.cast(answer, "float16");
    const batch = input.batch === "dynamic" ? "batch" : input.batch;
    const dtype = input.dtype === "float16" ? "float16" : "float32";
    const anchors = dims ? "anchors" : 315;
    const shape = transposed ? [batch, anchors, 4 + classCount] : [batch, 4 + classCount, anchors];
    graph.output("output0", answer, dtype, shape);
  };
}

/** LibreYOLO writes JSON; this is what 1.6.0 writes. */
const libreYoloMetadata = (family: string, more: Readonly<Record<string, string>> = {}) => ({
  schema_version: "1.0",
  libreyolo_version: "1.6.0",
  model_family: family,
  size: "t",
  task: "detect",
  nb_classes: String(fixtureClasses.length),
  names: JSON.stringify(Object.fromEntries(fixtureClasses.map((name, id) => [String(id), name]))),
  imgsz: String(height),
  imgsz_h: String(height),
  imgsz_w: String(width),
  dynamic: "False",
  precision: "fp32",
  ...more,
});

/** As v8, with two corners. */
const libreYolo =
  ({ transposed = false } = {}): FamilyRecipe["build"] =>
  (graph, input, classCount) => {
    const picture = pictureOf(graph, input);
    const cells = cellsOf(graph, picture, { input, strides, channels: 4 + classCount, seed: 18 });
    const { corners, scores } = headOf(graph, cells, classCount);
    const all = graph.concat([corners, scores], 2);
    const answer = transposed ? all : graph.transpose(all, [0, 2, 1]);
    const shape = transposed ? [1, 315, 4 + classCount] : [1, 4 + classCount, 315];
    graph.output("output", answer, "float32", shape);
  };
const cornersOutput = {
  decoder: "yolo-v8",
  tensors: { predictions: "output" },
  format: "xyxy",
} as const;

/** YOLOX's head before its grid: offsets in cells, log sizes, objectness and classes. */
function yoloxHead(graph: Graph, { raw }: Cells, classCount: number): Value {
  const part = (from: number, to: number) => graph.slice(raw, 1, from, to);
  const offsets = graph.multiply(part(0, 2), 0.5);
  const sizes = graph.add(graph.multiply(part(2, 4), 0.5), Math.log(2.5));
  const scores = graph.sigmoid(part(4, 5 + classCount));
  return anchorsFirst(graph, graph.concat([offsets, sizes, scores], 1));
}

const yoloxOutput = { decoder: "yolox", tensors: { predictions: "output" } } as const;
const yoloxInput = { channels: "BGR", anchor: "top-left" } as const;

const yolox: FamilyRecipe["build"] = (graph, input, classCount) => {
  const picture = pictureOf(graph, input);
  const cells = cellsOf(graph, picture, { input, strides, channels: 5 + classCount, seed: 3 });
  const batch = input.batch === "dynamic" ? "batch" : input.batch;
  graph.output("output", yoloxHead(graph, cells, classCount), "float32", [
    batch,
    315,
    5 + classCount,
  ]);
};

/** Finished boxes with objectness, `perCell` anchors in each cell. */
function v5(output: string, perCell: number): FamilyRecipe["build"] {
  return (graph, input, classCount) => {
    const repeated = strides.flatMap((stride) => Array.from({ length: perCell }, () => stride));
    const picture = pictureOf(graph, input);
    const cells = cellsOf(graph, picture, {
      input,
      strides: repeated,
      channels: 5 + classCount,
      seed: 5,
    });
    const { centreSize } = headOf(graph, cells, classCount);
    const scores = graph.sigmoid(graph.slice(cells.raw, 1, 4, 5 + classCount));
    const answer = graph.concat([centreSize, anchorsFirst(graph, scores)], 2);
    graph.output(output, answer, "float32", [1, 315 * perCell, 5 + classCount]);
  };
}

/** RT-DETR as Ultralytics exports it: like v8 but normalised, without overlap, stretched. */
const ultralyticsRtDetr: FamilyRecipe["build"] = (graph, input: ModelInput, classCount) => {
  const picture = pictureOf(graph, input);
  const cells = cellsOf(graph, picture, { input, strides, channels: 4 + classCount, seed: 9 });
  const { centreSize } = headOf(graph, cells, classCount);
  const scores = anchorsFirst(graph, scoresOf(graph, graph.slice(cells.raw, 1, 4, 4 + classCount)));
  const all = graph.concat([normalised(graph, centreSize, input), scores], 2);
  graph.output("output0", graph.slice(all, 1, 0, 300), "float32", [1, 300, 4 + classCount]);
};

/** YOLO heads that leave non-maximum suppression to the reader. */
export const yoloFamilies = [
  familyOf({
    id: "libreyolo-yolo9",
    title: "LibreYOLO YOLO9",
    family: "yolo9",
    input: { scale, anchor: "top-left" },
    output: cornersOutput,
    metadata: libreYoloMetadata("yolo9", { letterbox_pad: "topleft" }),
    build: libreYolo(),
  }),
  familyOf({
    id: "libreyolo-rtmdet",
    title: "LibreYOLO RTMDet",
    family: "rtmdet",
    input: {
      channels: "BGR",
      anchor: "top-left",
      mean: [103.53, 116.28, 123.675],
      std: [57.375, 57.12, 58.395],
    },
    output: cornersOutput,
    metadata: libreYoloMetadata("rtmdet"),
    build: libreYolo({ transposed: true }),
  }),
  familyOf({
    id: "ultralytics-v8",
    title: "Ultralytics v8/11",
    family: "ultralytics",
    input: { scale },
    output: v8Output,
    metadata: ultralyticsMetadata(),
    build: v8(),
  }),
  familyOf({
    id: "ultralytics-v8-transposed",
    title: "Ultralytics v8/11, anchors first, no metadata",
    family: "ultralytics",
    input: { scale },
    output: v8Output,
    build: v8({ transposed: true }),
  }),
  familyOf({
    id: "ultralytics-v8-half",
    title: "Ultralytics v8/11, half=True",
    family: "ultralytics",
    input: { scale, dtype: "float16" },
    output: v8Output,
    metadata: ultralyticsMetadata({
      args: "{'batch': 1, 'half': True, 'dynamic': False, 'simplify': True, 'opset': 17, 'nms': False}",
    }),
    build: v8(),
  }),
  familyOf({
    id: "ultralytics-v8-dynamic",
    title: "Ultralytics v8/11, dynamic=True",
    family: "ultralytics",
    input: { scale, batch: "dynamic" },
    output: v8Output,
    metadata: ultralyticsMetadata({
      args: "{'batch': 1, 'half': False, 'dynamic': True, 'simplify': True, 'opset': 17, 'nms': False}",
    }),
    build: v8({ dims: ["batch", 3, "height", "width"] }),
  }),
  familyOf({
    id: "ultralytics-v8-batch-4",
    title: "Ultralytics v8/11, batch=4",
    family: "ultralytics",
    input: { scale, batch: 4 },
    output: v8Output,
    metadata: ultralyticsMetadata({ batch: "4" }),
    build: v8(),
  }),
  familyOf({
    id: "ultralytics-rt-detr",
    title: "RT-DETR, exported by Ultralytics before 8.4.47",
    family: "rt-detr",
    input: { scale, resize: "stretch" },
    output: { ...v8Output, units: "normalised" },
    post: { nms: "none" },
    metadata: ultralyticsMetadata(),
    build: ultralyticsRtDetr,
  }),
  familyOf({
    id: "yolox",
    title: "YOLOX, raw head",
    family: "yolox",
    input: yoloxInput,
    output: yoloxOutput,
    build: yolox,
  }),
  familyOf({
    id: "yolox-uint8-nhwc",
    title: "YOLOX, uint8 NHWC RGB",
    family: "yolox",
    input: { ...yoloxInput, name: "frame", layout: "NHWC", dtype: "uint8", channels: "RGB" },
    output: yoloxOutput,
    build: yolox,
  }),
  familyOf({
    id: "yolox-dynamic-batch",
    title: "YOLOX, --dynamic",
    family: "yolox",
    input: { ...yoloxInput, batch: "dynamic" },
    output: yoloxOutput,
    build: yolox,
  }),
  familyOf({
    id: "yolox-decoded",
    title: "YOLOX, --decode_in_inference",
    family: "yolox",
    input: yoloxInput,
    output: { decoder: "yolo-v5", tensors: { predictions: "output" } },
    build: v5("output", 1),
  }),
  familyOf({
    id: "yolo-v5",
    title: "YOLOv5/v7, grid in the graph",
    family: "yolo-v5",
    input: { scale },
    output: { decoder: "yolo-v5", tensors: { predictions: "output0" } },
    metadata: { stride: "32", names: ultralyticsMetadata().names },
    build: v5("output0", 3),
  }),
  familyOf({
    id: "yolo-v6",
    title: "YOLOv6",
    family: "yolo-v6",
    input: { scale },
    output: { decoder: "yolo-v5", tensors: { predictions: "outputs" } },
    build: v5("outputs", 1),
  }),
];
