import { cellsOf, pictureOf } from "../cells.ts";
import { familyOf, type FamilyRecipe } from "../family.ts";
import type { Graph, Value } from "../graph.ts";
import type { ModelInput } from "../../../../contracts/model.ts";
import {
  bestOf,
  gatherBoxes,
  headOf,
  normalised,
  paddedTo,
  suppressed,
  type Head,
} from "../heads.ts";
import { ultralyticsMetadata } from "./yolo.ts";

const scale = 1 / 255;
const imageNet = {
  mean: [0.485, 0.456, 0.406] as [number, number, number],
  std: [0.229, 0.224, 0.225] as [number, number, number],
};

function head(graph: Graph, input: ModelInput, classCount: number, seed: number): Head {
  const picture = pictureOf(graph, input);
  const strides = [8, 16, 32];
  return headOf(
    graph,
    cellsOf(graph, picture, { input, strides, channels: 4 + classCount, seed }),
    classCount,
  );
}

const asFloat = (graph: Graph, value: Value): Value => graph.cast(value, "float32");

/** The best 300 anchors, B × 300 × 6; no two of them are compared. */
const endToEnd: FamilyRecipe["build"] = (graph, input, classCount) => {
  const { boxes, scores, classIds } = bestOf(graph, head(graph, input, classCount, 10), 300);
  const rows = graph.concat(
    [boxes, graph.unsqueeze(scores, 2), graph.unsqueeze(asFloat(graph, classIds), 2)],
    2,
  );
  graph.output("output0", rows, "float32", [1, 300, 6]);
};

/** The best 300 queries as centre and size in parts of the picture. */
const centredRows: FamilyRecipe["build"] = (graph, input, classCount) => {
  const found = head(graph, input, classCount, 17);
  const { at, scores, classIds } = bestOf(graph, found, 300);
  const boxes = normalised(graph, gatherBoxes(graph, found.centreSize, at), input);
  const rows = graph.concat(
    [boxes, graph.unsqueeze(scores, 2), graph.unsqueeze(asFloat(graph, classIds), 2)],
    2,
  );
  graph.output("output0", rows, "float32", [1, 300, 6]);
};

const ultralyticsNms: FamilyRecipe["build"] = (graph, input, classCount) => {
  const { boxes, scores, classIds } = suppressed(graph, head(graph, input, classCount, 11));
  const rows = graph.concat([boxes, scores, asFloat(graph, classIds)], 1);
  const padded = graph.unsqueeze(paddedTo(graph, rows, 300), 0);
  graph.output("output0", padded, "float32", [1, 300, 6]);
};

/** Of the class before the score, as YOLOv7 has it, or after it, as YOLO-NAS. */
const withBatchColumn =
  (output: string, order: "class-score" | "score-class", seed: number): FamilyRecipe["build"] =>
  (graph, input, classCount) => {
    const { batch, boxes, scores, classIds } = suppressed(
      graph,
      head(graph, input, classCount, seed),
    );
    const classes = asFloat(graph, classIds);
    const last = order === "class-score" ? [classes, scores] : [scores, classes];
    const rows = graph.concat([asFloat(graph, batch), boxes, ...last], 1);
    graph.output(output, rows, "float32", ["detections", 7]);
  };

const plainNms: FamilyRecipe["build"] = (graph, input, classCount) => {
  const { boxes, scores, classIds } = suppressed(graph, head(graph, input, classCount, 13));
  const rows = graph.concat([boxes, scores, asFloat(graph, classIds)], 1);
  graph.output("detections", rows, "float32", ["k", 6]);
};

/** PaddlePaddle's multiclass_nms3: boxes in pixels of the source, by the scale factor that it is fed with. */
const paddle: FamilyRecipe["build"] = (graph, input, classCount) => {
  const found = head(graph, input, classCount, 14);
  const scaleFactor = graph.input("scale_factor", "float32", [1, 2]);
  graph.input("im_shape", "float32", [1, 2]);
  const { boxes, scores, classIds } = suppressed(graph, found);
  const factors = graph.one("Gather", [scaleFactor, graph.integers([1, 0, 1, 0])], { axis: 1 });
  const rows = graph.concat([asFloat(graph, classIds), scores, graph.divide(boxes, factors)], 1);
  const count = graph.slice(graph.one("Shape", [rows]), 0, 0, 1);
  graph.output("multiclass_nms3_0.tmp_0", rows, "float32", ["k", 6]);
  graph.output("multiclass_nms3_0.tmp_2", graph.cast(count, "int32"), "int32", [1]);
};

/** EfficientDet of google/automl: image, y1, x1, y2, x2, score, class from 1; 100 rows. */
const automl: FamilyRecipe["build"] = (graph, input, classCount) => {
  const { boxes, scores, classIds } = bestOf(graph, head(graph, input, classCount, 15), 100);
  const order = graph.integers([1, 0, 3, 2]);
  const rows = graph.concat(
    [
      graph.multiply(graph.unsqueeze(scores, 2), 0),
      graph.one("Gather", [boxes, order], { axis: 2 }),
      graph.unsqueeze(scores, 2),
      graph.add(graph.unsqueeze(asFloat(graph, classIds), 2), 1),
    ],
    2,
  );
  graph.output("detections:0", rows, "float32", [1, 100, 7]);
};

/** Graphs that answer with one finished detection per row. */
export const finishedRowsFamilies = [
  familyOf({
    id: "ultralytics-end-to-end",
    title: "YOLOv10, YOLO26, end2end",
    family: "ultralytics",
    input: { scale },
    output: {
      decoder: "rows",
      tensors: { rows: "output0" },
      columns: ["x1", "y1", "x2", "y2", "score", "class"],
    },
    post: { nms: "none" },
    metadata: ultralyticsMetadata({ head: "v10Detect", end2end: "True" }),
    build: endToEnd,
  }),
  familyOf({
    id: "ultralytics-nms",
    title: "Ultralytics, nms=True, padded",
    family: "ultralytics",
    input: { scale },
    output: {
      decoder: "rows",
      tensors: { rows: "output0" },
      columns: ["x1", "y1", "x2", "y2", "score", "class"],
    },
    post: { nms: "none" },
    metadata: ultralyticsMetadata({
      args: "{'batch': 1, 'half': False, 'dynamic': False, 'simplify': True, 'opset': 17, 'nms': True}",
    }),
    build: ultralyticsNms,
  }),
  familyOf({
    id: "ultralytics-rt-detr-rows",
    title: "RT-DETR, exported by Ultralytics since 8.4.47",
    family: "rt-detr",
    input: { scale, resize: "stretch" },
    output: {
      decoder: "rows",
      tensors: { rows: "output0" },
      columns: ["cx", "cy", "w", "h", "score", "class"],
      units: "normalised",
    },
    post: { nms: "none" },
    metadata: ultralyticsMetadata({ version: "8.4.190", head: "RTDETRDecoder", end2end: "False" }),
    build: centredRows,
  }),
  familyOf({
    id: "nms-inside",
    title: "NMS inside, k × 6",
    family: "nms-inside",
    input: { channels: "BGR", anchor: "top-left" },
    output: {
      decoder: "rows",
      tensors: { rows: "detections" },
      columns: ["x1", "y1", "x2", "y2", "score", "class"],
    },
    post: { nms: "none" },
    build: plainNms,
  }),
  familyOf({
    id: "yolo-v7-end-to-end",
    title: "YOLOv7, --end2end --max-wh",
    family: "yolo-v7",
    input: { scale, batch: "dynamic" },
    output: {
      decoder: "rows",
      tensors: { rows: "output" },
      columns: ["batch", "x1", "y1", "x2", "y2", "class", "score"],
    },
    post: { nms: "none" },
    build: withBatchColumn("output", "class-score", 12),
  }),
  familyOf({
    id: "yolo-nas-flat",
    title: "YOLO-NAS, flat format, uint8",
    family: "yolo-nas",
    input: { name: "input", dtype: "uint8" },
    output: {
      decoder: "rows",
      tensors: { rows: "graph2_flat_predictions" },
      columns: ["batch", "x1", "y1", "x2", "y2", "score", "class"],
    },
    post: { nms: "none" },
    build: withBatchColumn("graph2_flat_predictions", "score-class", 16),
  }),
  familyOf({
    id: "paddle-detection",
    title: "PaddleDetection",
    family: "paddle-detection",
    input: {
      name: "image",
      scale,
      ...imageNet,
      resize: "stretch",
      extras: [
        { name: "scale_factor", value: "ones-hw", dtype: "float32" },
        { name: "im_shape", value: "size-hw", dtype: "float32" },
      ],
    },
    output: {
      decoder: "rows",
      tensors: { rows: "multiclass_nms3_0.tmp_0", count: "multiclass_nms3_0.tmp_2" },
      columns: ["class", "score", "x1", "y1", "x2", "y2"],
    },
    post: { nms: "none" },
    producer: "PaddlePaddle",
    build: paddle,
  }),
  familyOf({
    id: "efficientdet-automl",
    title: "EfficientDet, google/automl",
    family: "efficientdet",
    input: { name: "image_arrays:0", layout: "NHWC", dtype: "uint8", anchor: "top-left", pad: 0 },
    output: {
      decoder: "rows",
      tensors: { rows: "detections:0" },
      columns: ["batch", "y1", "x1", "y2", "x2", "score", "class"],
      class_offset: 1,
    },
    post: { nms: "none" },
    producer: "tf2onnx",
    build: automl,
  }),
];
