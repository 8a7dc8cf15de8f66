import { measured, outputNamed, type GraphView, type OutputView } from "../view.ts";
import { areCorners, areScores, columnsOf, spanOf } from "./columns.ts";
import { finished } from "./finished.ts";
import { noNms, pixelsBy, tensorsOf, type Reading, type Signature } from "./reading.ts";

/** Boxes, scores and classes in tensors of their own, told apart by their names. */
export const boxes: Signature = (view) =>
  [withTargetSizes, tensorflow, yoloNas, mmdeploy, torchvision, scoresPerClass, finished].flatMap(
    (each) => each(view) ?? [],
  );

type One = (view: GraphView) => Reading | undefined;

const listed = (...outputs: readonly OutputView[]) => outputs.map(({ name }) => name).join(", ");

/** RT-DETR, D-FINE and DEIM with their postprocessor. */
const withTargetSizes: One = (view) => {
  const [labels, all, scores] = [/^labels$/, /^boxes$/, /^scores$/].map((name) =>
    outputNamed(view, name),
  );
  if (!labels || !all || !scores || !view.extras.some(({ value }) => value === "size-wh"))
    return undefined;
  // DEIMv2's larger models have a DINOv3 transformer in front, which was trained with ImageNet's mean and deviation.
  const isTransformer = (view.range.kernel ?? 0) >= 14;
  return {
    family: "rt-detr",
    confidence: 0.97,
    why: [`outputs ${listed(labels, all, scores)} and the input that takes the picture's size`],
    output: {
      decoder: "boxes",
      tensors: { boxes: all.name, scores: scores.name, classes: labels.name },
      format: "xyxy",
      units: "pixels",
    },
    post: noNms,
    pixels: isTransformer
      ? {
          name: "rgb-imagenet",
          confidence: 0.7,
          why: "patches of a transformer come first, as in DEIMv2 with DINOv3, which uses ImageNet's mean and deviation",
        }
      : pixelsBy(view, { scaled: "rgb-unit" }, "RT-DETR, D-FINE and DEIM"),
    fit: { name: "stretch", confidence: 0.95, why: "RT-DETR and its descendants stretch" },
  };
};

/** TensorFlow's detection API, whose `raw_detection_…` are those of all anchors, before suppression. */
const tensorflow: One = (view) => {
  const [all, scores, classes, count] = [
    /(?<!raw_)detection_boxes/,
    /(?<!raw_)detection_scores/,
    /detection_classes/,
    /num_detections/,
  ].map((name) => outputNamed(view, name));
  if (!all || !scores || !classes) return undefined;
  return {
    family: "tensorflow-detection",
    confidence: 0.96,
    why: [
      `outputs ${listed(all, scores, classes)}, as TensorFlow's detection API names them: y before x, classes from 1`,
    ],
    output: {
      decoder: "boxes",
      tensors: tensorsOf({ all, scores, classes, count }),
      format: "yxyx",
      units: "normalised",
      class_offset: 1,
    },
    post: noNms,
    pixels: pixelsBy(view, { scaled: "rgb-signed" }, "TensorFlow"),
    fit: {
      name: "stretch",
      confidence: 0.92,
      why: "TensorFlow's detectors take stretched pictures",
    },
  };
};

/**
 * YOLO-NAS (SuperGradients), batch format, whose exporter joins two graphs and names the outputs by the second; the same
 * tensors by other names come from NMS plugins' substitutes.
 */
const yoloNas: One = (view) => {
  const [all, scores, classes, count] = [
    /^(?:graph\d+_)?(?:pred|det)_boxes$/,
    /^(?:graph\d+_)?(?:pred|det)_scores$/,
    /^(?:graph\d+_)?(?:pred|det)_classes$/,
    /^(?:graph\d+_)?num_(?:predictions|dets|detections)$/,
  ].map((name) => outputNamed(view, name));
  if (!all || !scores || !classes || !count) return undefined;
  return {
    family: "yolo-nas",
    confidence: 0.95,
    why: [`outputs ${listed(count, all, scores, classes)}`],
    output: {
      decoder: "boxes",
      tensors: { boxes: all.name, scores: scores.name, classes: classes.name, count: count.name },
      format: "xyxy",
      units: "pixels",
    },
    post: noNms,
    pixels: pixelsBy(view, { scaled: "rgb-unit" }, "YOLO"),
    fit: { name: "letterbox", confidence: 0.9, why: "YOLO-NAS letterboxes, centred" },
  };
};

/** MMDeploy: boxes with their score in one tensor. OTX's exports call it `boxes`. */
const mmdeploy: One = (view) => {
  const dets = outputNamed(view, /^(?:dets|boxes)$/);
  const labels = outputNamed(view, /^labels$/);
  if (!dets || !labels || dets.dims?.at(-1) !== 5 || !labels.type.startsWith("int"))
    return undefined;
  const guess = pixelsBy(view, { scaled: "rgb-imagenet-255" }, "MMDetection");
  return {
    family: "mmdeploy",
    confidence: 0.95,
    why: [`outputs ${listed(dets, labels)}: boxes with a score, and whole class ids`],
    output: {
      decoder: "boxes",
      tensors: { boxes: dets.name, classes: labels.name },
      format: "xyxy",
      units: "pixels",
    },
    post: noNms,
    // Each configuration of MMDetection has its own.
    pixels:
      view.range.isInGraph || view.image.dtype === "uint8"
        ? { ...guess, confidence: Math.min(guess.confidence, 0.8) }
        : {
            name: "rgb-imagenet-255",
            confidence: 0.6,
            why: "MMDetection's most usual; every configuration has its own",
          },
    fit: {
      name: "letterbox-top-left-black",
      confidence: 0.6,
      why: "MMDetection's most usual (keep_ratio, pad); every configuration has its own",
    },
  };
};

/** torchvision's detectors; class 0 is background. An export without names calls the outputs by numbers, in an order of the model's own. */
const torchvision: One = (view) => {
  if (view.extras.length > 0) return undefined;
  const named = [/^boxes$/, /^labels$/, /^scores$/].map((name) => outputNamed(view, name));
  const isNamed = named.every((output) => output !== undefined);
  const { range, isInGraph } = view.range;
  // Its graphs normalise by themselves, from 0–1; those of detectron2, of the same shapes, from 0–255.
  const isItsOwn = isInGraph ? range === "scaled" : view.image.layout === "CHW";
  const [all, labels, scores] = isNamed ? named : isItsOwn ? byShape(view.outputs) : [];
  if (!all || !labels || !scores) return undefined;
  if (all.dims?.length !== 2 || labels.dims?.length !== 1) return undefined;
  return {
    family: "torchvision",
    // Only torchvision takes one picture without a batch; with one, classes may as well begin at 0.
    confidence: isNamed ? 0.95 : view.image.layout === "CHW" ? 0.93 : 0.8,
    why: [
      isNamed
        ? `outputs ${listed(all, labels, scores)} without a batch, as torchvision has them: classes from 1`
        : `outputs ${listed(all, labels, scores)} are N × 4, N whole numbers and N scores without a batch, as torchvision's boxes, labels and scores: classes from 1`,
    ],
    output: {
      decoder: "boxes",
      tensors: { boxes: all.name, scores: scores.name, classes: labels.name },
      format: "xyxy",
      units: "pixels",
      class_offset: 1,
    },
    post: noNms,
    pixels:
      range === "scaled" && !isInGraph
        ? {
            name: "rgb-imagenet",
            confidence: 0.6,
            why: "torchvision normalises inside the graph and this one does not: whoever exported it does so outside",
          }
        : pixelsBy(view, { scaled: "rgb-unit" }, "torchvision"),
    fit: {
      name: "letterbox-top-left-black",
      confidence: 0.9,
      why: "torchvision resizes inside the graph and keeps the aspect ratio",
    },
  };
};

/** Boxes N × 4, labels N (whole) and scores N, where just these are there. */
function byShape(outputs: readonly OutputView[]): readonly (OutputView | undefined)[] {
  if (outputs.length !== 3) return [];
  const isFloat = ({ type }: OutputView) => type.startsWith("float");
  return [
    outputs.find((output) => isFloat(output) && output.dims?.length === 2 && output.dims[1] === 4),
    outputs.find(({ type, dims }) => type === "int64" && dims?.length === 1),
    outputs.find((output) => isFloat(output) && output.dims?.length === 1),
  ];
}

/** Boxes and a column of scores for each class; the format of the boxes shows only in a run. */
const scoresPerClass: One = (view) => {
  const [one, two, ...more] = view.outputs;
  if (!one || !two || more.length > 0) return undefined;
  const columnsIn = ({ name }: OutputView) => columnsOf(measured(view, name));
  // Of four classes both have four columns: the scores are those that can be some.
  const [all, scores] =
    [[one, two] as const, [two, one] as const].find(
      ([first, second]) => first.dims?.at(-1) === 4 && areScores(columnsIn(second)),
    ) ?? [];
  const classCount = scores?.dims?.at(-1);
  // YOLOv4 has boxes of B × N × 1 × 4.
  const count = all?.dims?.length === 4 && all.dims[2] === 1 ? all.dims[1] : all?.dims?.at(-2);
  if (!all || !scores || classCount === undefined || count !== scores.dims?.at(-2))
    return undefined;

  const values = columnsIn(all);
  const scoreColumns = columnsIn(scores);
  const isCorners = areCorners(values);
  const isNormalised = values.every(({ max }) => max <= 2);
  return {
    family: "boxes-and-scores",
    // Corners in which the second is always right of and below the first are hardly chance; centre and size are only "the other".
    confidence: isCorners ? 0.8 : 0.75,
    isProbed: true,
    why: [
      `"${all.name}" has 4 values and "${scores.name}" ${classCount} for each of ${count} boxes`,
      `a trial run gave boxes of ${spanOf(values)}: ${isNormalised ? "parts of the picture" : "pixels"}, ${isCorners ? "two corners" : "centre and size, as the last two are not beyond the first"}; scores of ${spanOf(scoreColumns)}`,
    ],
    output: {
      decoder: "boxes",
      tensors: { boxes: all.name, scores: scores.name },
      format: isCorners ? "xyxy" : "cxcywh",
      units: isNormalised ? "normalised" : "pixels",
    },
    pixels: { ...pixelsBy(view, { scaled: "rgb-unit" }, "this shape"), confidence: 0.6 },
    fit: { name: "stretch", confidence: 0.5, why: "this shape has no convention" },
    classCount,
  };
};
