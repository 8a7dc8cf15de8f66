import { measured, type GraphView, type OutputView } from "../view.ts";
import { areCorners, areScores, columnsOf, spanOf } from "./columns.ts";
import { noNms, pixelsBy, tensorsOf, type Reading } from "./reading.ts";

/**
 * A box, a score and a class in each row, with a count or without, and without a word of whose: TensorFlow Lite's detectors
 * brought to ONNX, Azure's Custom Vision. How it is fed is anybody's guess.
 */
export function finished(view: GraphView): Reading | undefined {
  const parts = view.extras.length > 0 ? undefined : partsOf(view);
  if (!parts) return undefined;
  const { all, scores, classes, count } = parts;
  const values = columnsOf(measured(view, all.name));
  if (values.length === 0) return undefined;

  const isCorners = areCorners(values);
  const isNormalised = values.every(({ max }) => max <= 2);
  // Which of two corners' values are of y, no run can show: TensorFlow's own suppression has parts of the picture, y first.
  const isOfTensorFlow = isNormalised && /tf2onnx/i.test(view.model.producer);
  const corners = isOfTensorFlow ? ("yxyx" as const) : ("xyxy" as const);
  return {
    family: "boxes-scores-classes",
    confidence: 0.8,
    isProbed: true,
    why: [
      `"${all.name}" has 4 values, "${scores.name}" a score and "${classes.name}" a whole number for each of ${all.dims!.at(-2)} boxes`,
      `a trial run gave boxes of ${spanOf(values)}: ${isNormalised ? "parts of the picture" : "pixels"}, ${isCorners ? "two corners" : "centre and size"}`,
      ...(isCorners && isOfTensorFlow ? ["made from TensorFlow, which has y before x"] : []),
    ],
    output: {
      decoder: "boxes",
      tensors: tensorsOf({ all, scores, classes, count }),
      format: isCorners ? corners : "cxcywh",
      units: isNormalised ? "normalised" : "pixels",
    },
    post: noNms,
    pixels: { ...pixelsBy(view, { scaled: "rgb-unit" }, "this shape"), confidence: 0.6 },
    fit: { name: "stretch", confidence: 0.5, why: "this shape has no convention" },
  };
}

/** Boxes (B ×) N × 4, scores and classes (B ×) N, told apart by their types or by a run, and one number where there is a fourth. */
function partsOf(view: GraphView) {
  const { outputs } = view;
  const all = outputs.find(({ dims }) => isBoxes(dims));
  if (!all || outputs.length > 4) return undefined;
  const rows = all.dims!.at(-2);
  const [one, two, ...more] = outputs.filter(
    ({ dims }) => dims?.length === all.dims!.length - 1 && dims.at(-1) === rows,
  );
  if (!one || !two || more.length > 0) return undefined;
  const classes = [one, two].find(({ type }) => type.startsWith("int")) ?? wholeOf(view, one, two);
  const scores = classes === one ? two : one;
  if (!classes || !areScores(columnsOf(measured(view, scores.name)))) return undefined;

  const count = outputs.find((output) => ![all, one, two].includes(output));
  const isOne = count?.dims?.every((dim) => dim === 1) ?? true;
  return isOne ? { all, scores, classes, count } : undefined;
}

const isBoxes = (dims: OutputView["dims"]): boolean =>
  dims !== undefined && (dims.length === 2 || dims.length === 3) && dims.at(-1) === 4;

/** The one of two outputs that has whole numbers where the other has not. */
function wholeOf(view: GraphView, ...both: readonly OutputView[]): OutputView | undefined {
  const areWhole = (output: OutputView): boolean =>
    columnsOf(measured(view, output.name)).every(({ isWhole }) => isWhole);
  const whole = both.filter(areWhole);
  return whole.length === 1 ? whole[0] : undefined;
}
