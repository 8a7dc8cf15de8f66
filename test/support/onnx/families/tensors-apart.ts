import type { ModelInput } from "../../../../contracts/model.ts";
import { cellsOf, pictureOf } from "../cells.ts";
import { familyOf, type FamilyRecipe } from "../family.ts";
import type { Graph, Value } from "../graph.ts";
import { anchorsFirst, bestOf, gatherBoxes, headOf, normalised, suppressed } from "../heads.ts";

const scale = 1 / 255;
const imageNet = {
  mean: [0.485, 0.456, 0.406] as [number, number, number],
  std: [0.229, 0.224, 0.225] as [number, number, number],
};

function headAndPicture(
  graph: Graph,
  input: ModelInput,
  classCount: number,
  {
    seed,
    dims,
    prepare = (taken) => taken,
  }: {
    seed: number;
    dims?: readonly (number | string)[];
    /** What the graph does to the picture first. */
    prepare?: (picture: Value) => Value;
  },
) {
  const picture = prepare(pictureOf(graph, input, dims));
  const strides = [8, 16, 32];
  const cells = cellsOf(graph, picture, { input, strides, channels: 4 + classCount, seed });
  return { picture, cells, head: headOf(graph, cells, classCount) };
}

/** RT-DETR, D-FINE, DEIM with their postprocessor: the best 300 of all (query, class), boxes in pixels of the size that is fed. */
const withTargetSizes: FamilyRecipe["build"] = (graph, input, classCount) => {
  const { head } = headAndPicture(graph, input, classCount, { seed: 20 });
  const sizes = graph.input("orig_target_sizes", input.extras[0]!.dtype, ["N", 2]);
  const queries = 300;
  const scores = graph.reshape(graph.slice(head.scores, 1, 0, queries), [0, queries * classCount]);
  const corners = graph.slice(normalised(graph, head.corners, input), 1, 0, queries);
  const [best, at] = graph.op("TopK", [scores, graph.integers([queries])], { axis: 1 }, 2) as [
    Value,
    Value,
  ];
  const classes = graph.integers([classCount], []);
  const query = graph.divide(at, classes);
  const pixels = graph.cast(graph.unsqueeze(graph.concat([sizes, sizes], 1), 1), "float32");
  const boxes = graph.multiply(gatherBoxes(graph, corners, query), pixels);
  graph.output("labels", graph.one("Mod", [at, classes]), "int64", ["N", queries]);
  graph.output("boxes", boxes, "float32", ["N", queries, 4]);
  graph.output("scores", best, "float32", ["N", queries]);
};

/** torchvision: one picture without a batch, normalised inside; as many boxes as there are, class 0 is background. */
const torchvision: FamilyRecipe["build"] = (graph, input, classCount) => {
  const perChannel = (values: readonly number[]) => graph.floats([...values], [3, 1, 1]);
  const centred = (picture: Value) => graph.one("Sub", [picture, perChannel(imageNet.mean)]);
  const prepare = (picture: Value) => graph.divide(centred(picture), perChannel(imageNet.std));
  const { head } = headAndPicture(graph, input, classCount, { seed: 21, prepare });
  const { boxes, scores, classIds } = suppressed(graph, head);
  const label = graph.one("Add", [classIds, graph.integers([1], [])]);
  graph.output("boxes", boxes, "float32", ["detections", 4]);
  graph.output("labels", graph.reshape(label, [-1]), "int64", ["detections"]);
  graph.output("scores", graph.reshape(scores, [-1]), "float32", ["detections"]);
};

/** TensorFlow's detection API: 100 rows, y before x, parts of the picture, class 1 is the first; the last ten are padding. */
const tensorflow: FamilyRecipe["build"] = (graph, input, classCount) => {
  const dims = [1, "height", "width", 3];
  const { picture, head } = headAndPicture(graph, input, classCount, { seed: 22, dims });
  const { boxes, scores, classIds } = bestOf(graph, head, 90);
  const size = graph.cast(graph.one("Shape", [picture]), "float32");
  const size4 = graph.one("Gather", [size, graph.integers([2, 3, 2, 3])], { axis: 0 });
  const swapped = graph.one("Gather", [boxes, graph.integers([1, 0, 3, 2])], { axis: 2 });
  const padded = (value: Value, pads: readonly number[]) =>
    graph.one("Pad", [value, graph.integers(pads)]);
  const classes = graph.add(graph.cast(classIds, "float32"), 1);
  const detectionBoxes = padded(graph.divide(swapped, size4), [0, 0, 0, 0, 10, 0]);
  graph.output("detection_boxes", detectionBoxes, "float32", [1, 100, 4]);
  // Padding says class 1, as TensorFlow's does: only the count and the score tell it apart.
  const paddedClasses = graph.one("Max", [padded(classes, [0, 0, 0, 10]), graph.floats([1], [])]);
  graph.output("detection_classes", paddedClasses, "float32", [1, 100]);
  graph.output("detection_scores", padded(scores, [0, 0, 0, 10]), "float32", [1, 100]);
  graph.output("num_detections", graph.floats([90]), "float32", [1]);
};

/** MMDeploy: boxes with their score, class ids apart, padded with class −1. */
const mmdeploy: FamilyRecipe["build"] = (graph, input, classCount) => {
  const { head } = headAndPicture(graph, input, classCount, { seed: 23 });
  const { boxes, scores, classIds } = bestOf(graph, head, 50);
  const dets = graph.concat([boxes, graph.unsqueeze(scores, 2)], 2);
  const rows = graph.one("Pad", [dets, graph.integers([0, 0, 0, 0, 7, 0])]);
  const labels = graph.one("Pad", [
    classIds,
    graph.integers([0, 0, 0, 7]),
    graph.integers([-1], []),
  ]);
  graph.output("dets", rows, "float32", ["batch", "num_dets", 5]);
  graph.output("labels", labels, "int64", ["batch", "num_dets"]);
};

/** YOLO-NAS, batch format: a count, then padded boxes, scores and class ids. */
const yoloNas: FamilyRecipe["build"] = (graph, input, classCount) => {
  const { picture, head } = headAndPicture(graph, input, classCount, { seed: 24 });
  const { boxes, scores, classIds } = bestOf(graph, head, 40);
  const batch = graph.slice(graph.one("Shape", [picture]), 0, 0, 1);
  const dims = graph.concat([batch, graph.integers([1])], 0);
  const count = graph.one("Expand", [graph.integers([30], [1, 1]), dims]);
  graph.output("graph2_num_predictions", count, "int64", ["batch", 1]);
  graph.output("graph2_pred_boxes", boxes, "float32", ["batch", 40, 4]);
  graph.output("graph2_pred_scores", scores, "float32", ["batch", 40]);
  graph.output("graph2_pred_classes", classIds, "int64", ["batch", 40]);
};

/** A column of scores per class, boxes by centre and size, parts of the picture: YOLOv4-like and MediaPipe-like exports. */
const scoresPerClass: FamilyRecipe["build"] = (graph, input, classCount) => {
  const { head } = headAndPicture(graph, input, classCount, { seed: 25 });
  graph.output("boxes", normalised(graph, head.centreSize, input), "float32", [1, 315, 4]);
  graph.output("confs", head.scores, "float32", [1, 315, classCount]);
};

/** DETR's tensors: boxes by centre and size, normalised, and logits with so many columns more than there are classes. */
function detr(
  names: { readonly logits: string; readonly boxes: string },
  {
    more,
    seed,
    mask = false,
    boxesFirst = false,
  }: { more: number; seed: number; mask?: boolean; boxesFirst?: boolean },
): FamilyRecipe["build"] {
  return (graph, input, classCount) => {
    const count = input.batch === "dynamic" ? "batch" : input.batch;
    const taken = pictureOf(graph, input);
    let picture = taken;
    if (mask) {
      const name = input.extras[0]!.name;
      const pixels = graph.input(name, "int64", [count, input.height, input.width]);
      picture = graph.multiply(taken, graph.unsqueeze(graph.cast(pixels, "float32"), 1));
    }
    const channels = 4 + classCount + more;
    const cells = cellsOf(graph, picture, { input, strides: [8, 16, 32], channels, seed });
    const { centreSize } = headOf(graph, cells, classCount);
    const raw = graph.slice(cells.raw, 1, 4, channels);
    const logits = anchorsFirst(graph, graph.add(graph.multiply(raw, 1.5), -1.5));
    const queries = (value: Value) => graph.slice(value, 1, 0, 300);
    const outputs = [
      () => {
        const boxes = queries(normalised(graph, centreSize, input));
        graph.output(names.boxes, boxes, "float32", [count, 300, 4]);
      },
      () => {
        graph.output(names.logits, queries(logits), "float32", [count, 300, classCount + more]);
      },
    ];
    for (const put of boxesFirst ? outputs : outputs.toReversed()) put();
  };
}

const { width, height } = { width: 160, height: 96 };
const id2label = (classes: readonly string[]) => Object.fromEntries(classes.entries());
const classes = ["player", "driver's seat", "ball"];

const preprocessor = (more: object) =>
  JSON.stringify({
    do_resize: true,
    size: { height, width },
    do_rescale: true,
    rescale_factor: scale,
    do_pad: false,
    ...more,
  });

/** What RF-DETR's exporter embeds (schema version 1). */
const rfDetrMetadata = {
  rfdetr_inference: JSON.stringify({
    schema_version: 1,
    producer_version: "1.5.0",
    format: "onnx",
    task: "detect",
    variant: "RFDETRNano",
    backend: null,
    input_shape: [1, 3, height, width],
    input_layout: "NCHW",
    input_dtype: "float32",
    input_name: "input",
    max_batch_size: null,
    outputs: { pred_boxes: "dets", pred_logits: "labels" },
    means: imageNet.mean,
    stds: imageNet.std,
    pixel_scale: scale,
    channel_order: "RGB",
    resize_interpolation: "bilinear",
    resize_antialias: false,
    class_names: classes,
    class_id_to_name: id2label(classes),
    num_classes: 3,
    num_select: 300,
    selection_policy: "all_logits",
    box_format: "cxcywh_normalized",
    num_keypoints_per_class: [],
    trace_alpha: 0,
    upsample_masks_to_image_size: true,
    patch_size: 16,
    num_windows: 2,
  }),
};

const targetSizesFamily = (
  dtype: ModelInput["extras"][number]["dtype"],
  named: Pick<FamilyRecipe, "id" | "title">,
) =>
  familyOf({
    ...named,
    family: "rt-detr",
    input: {
      scale,
      resize: "stretch",
      batch: "dynamic",
      extras: [{ name: "orig_target_sizes", value: "size-wh", dtype }],
    },
    output: {
      decoder: "boxes",
      tensors: { boxes: "boxes", scores: "scores", classes: "labels" },
      format: "xyxy",
      units: "pixels",
    },
    post: { nms: "none" },
    build: withTargetSizes,
  });

/** Graphs with boxes, scores and classes in tensors of their own. */
export const tensorsApartFamilies = [
  targetSizesFamily("int64", { id: "deim", title: "RT-DETR, D-FINE, DEIM" }),
  targetSizesFamily("int32", { id: "deim-int32", title: "RT-DETR, sizes as int32" }),
  familyOf({
    id: "torchvision",
    title: "torchvision",
    family: "torchvision",
    input: { scale, layout: "CHW", anchor: "top-left", pad: 0 },
    output: {
      decoder: "boxes",
      tensors: { boxes: "boxes", scores: "scores", classes: "labels" },
      format: "xyxy",
      units: "pixels",
      class_offset: 1,
    },
    post: { nms: "none" },
    build: torchvision,
  }),
  familyOf({
    id: "tensorflow-ssd",
    title: "TensorFlow SSD, EfficientDet",
    family: "tensorflow-detection",
    input: { name: "input_tensor", layout: "NHWC", dtype: "uint8", resize: "stretch" },
    output: {
      decoder: "boxes",
      tensors: {
        boxes: "detection_boxes",
        scores: "detection_scores",
        classes: "detection_classes",
        count: "num_detections",
      },
      format: "yxyx",
      units: "normalised",
      class_offset: 1,
    },
    post: { nms: "none" },
    producer: "tf2onnx",
    build: tensorflow,
  }),
  familyOf({
    id: "mmdeploy",
    title: "MMDeploy",
    family: "mmdeploy",
    input: {
      name: "input",
      batch: "dynamic",
      mean: [123.675, 116.28, 103.53],
      std: [58.395, 57.12, 57.375],
      resize: "stretch",
    },
    output: {
      decoder: "boxes",
      tensors: { boxes: "dets", classes: "labels" },
      format: "xyxy",
      units: "pixels",
    },
    post: { nms: "none" },
    build: mmdeploy,
  }),
  familyOf({
    id: "yolo-nas",
    title: "YOLO-NAS, batch format",
    family: "yolo-nas",
    input: { name: "input", dtype: "uint8", batch: "dynamic" },
    output: {
      decoder: "boxes",
      tensors: {
        boxes: "graph2_pred_boxes",
        scores: "graph2_pred_scores",
        classes: "graph2_pred_classes",
        count: "graph2_num_predictions",
      },
      format: "xyxy",
      units: "pixels",
    },
    post: { nms: "none" },
    build: yoloNas,
  }),
  familyOf({
    id: "scores-per-class",
    title: "boxes and a score per class",
    family: "boxes-and-scores",
    input: { name: "input", scale, resize: "stretch" },
    output: {
      decoder: "boxes",
      tensors: { boxes: "boxes", scores: "confs" },
      format: "cxcywh",
      units: "normalised",
    },
    build: scoresPerClass,
  }),
  familyOf({
    id: "rf-detr",
    title: "RF-DETR",
    family: "rf-detr",
    input: { name: "input", scale, ...imageNet, resize: "stretch" },
    output: {
      decoder: "detr",
      tensors: { logits: "labels", boxes: "dets" },
      activation: "sigmoid",
    },
    post: { nms: "none" },
    metadata: rfDetrMetadata,
    build: detr({ logits: "labels", boxes: "dets" }, { more: 1, seed: 26, boxesFirst: true }),
  }),
  familyOf({
    id: "detr",
    title: "DETR, YOLOS (Hugging Face)",
    family: "detr",
    input: {
      name: "pixel_values",
      scale,
      ...imageNet,
      resize: "stretch",
      batch: "dynamic",
      extras: [{ name: "pixel_mask", value: "mask", dtype: "int64" }],
    },
    output: {
      decoder: "detr",
      tensors: { logits: "logits", boxes: "pred_boxes" },
      activation: "softmax",
    },
    post: { nms: "none" },
    sidecars: {
      "config.json": JSON.stringify({
        architectures: ["DetrForObjectDetection"],
        model_type: "detr",
        id2label: id2label(classes),
      }),
      "preprocessor_config.json": preprocessor({
        image_processor_type: "DetrImageProcessor",
        do_normalize: true,
        image_mean: imageNet.mean,
        image_std: imageNet.std,
      }),
    },
    build: detr({ logits: "logits", boxes: "pred_boxes" }, { more: 1, seed: 27, mask: true }),
  }),
  familyOf({
    id: "rt-detr-hugging-face",
    title: "RT-DETR, D-FINE (Hugging Face)",
    family: "rt-detr",
    input: { name: "pixel_values", scale, resize: "stretch", batch: "dynamic" },
    output: {
      decoder: "detr",
      tensors: { logits: "logits", boxes: "pred_boxes" },
      activation: "sigmoid",
    },
    post: { nms: "none" },
    sidecars: {
      "config.json": JSON.stringify({
        architectures: ["RTDetrForObjectDetection"],
        model_type: "rt_detr",
        id2label: id2label(classes),
      }),
      "preprocessor_config.json": preprocessor({
        image_processor_type: "RTDetrImageProcessor",
        do_normalize: false,
        image_mean: imageNet.mean,
        image_std: imageNet.std,
      }),
    },
    build: detr({ logits: "logits", boxes: "pred_boxes" }, { more: 0, seed: 28 }),
  }),
];
