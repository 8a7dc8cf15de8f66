import { measured, type GraphView, type OutputView } from "../view.ts";
import { areCorners, areScores, columnsOf, spanOf } from "./columns.ts";
import { pyramidOf } from "./cells.ts";
import { pixelsBy, type Reading, type Signature } from "./reading.ts";

/** Ultralytics v8/11/12: (4 + classes) × A, boxes first; or transposed. */
export const yoloV8: Signature = (view) => {
  const [output, ...more] = view.outputs;
  if (!output || more.length > 0 || output.dims?.length !== 3) return [];
  const [, rows, columns] = output.dims;
  if (rows === undefined || columns === undefined) return [];
  return [
    ...readingOf(view, output, { channels: rows, anchors: columns, isTransposed: false }),
    ...readingOf(view, output, { channels: columns, anchors: rows, isTransposed: true }),
  ];
};

interface Shape {
  readonly channels: number;
  readonly anchors: number;
  readonly isTransposed: boolean;
}

function readingOf(
  view: GraphView,
  output: OutputView,
  { channels, anchors, isTransposed }: Shape,
): readonly Reading[] {
  const pyramid = pyramidOf(anchors, view, [1]);
  const classCount = channels - 4;
  if (!pyramid || classCount < 1) return [];

  const why = [
    `"${output.name}" is ${isTransposed ? `${anchors} × ${channels}` : `${channels} × ${anchors}`}: one anchor in each cell of strides ${pyramid.strides.join(", ")}, 4 + ${classCount} values each`,
  ];
  let confidence = isTransposed ? transposedConfidence(view, output, channels) : 0.95;
  if (view.classCount !== undefined && view.classCount !== classCount) {
    confidence = 0.4;
    why.push(`but ${view.classCount} class names are known`);
  }
  const columns = columnsOf(measured(view, output.name), isTransposed ? -1 : -2);
  const isOfCorners = areCorners(columns);
  const isNormalised = columns.length > 0 && columns.slice(0, 4).every(({ max }) => max <= 2);
  if (columns.length > 0) {
    const scores = columns.slice(4);
    why.push(
      `a trial run gave boxes of ${spanOf(columns.slice(0, 4))} and scores of ${spanOf(scores)}`,
    );
    if (!areScores(scores)) {
      confidence = Math.min(confidence, 0.4);
      why.push("values that are no scores: the export may be of another task, or lack its sigmoid");
    }
  }
  if (isOfCorners)
    why.push("boxes whose third and fourth values lie beyond the first two: two corners");
  const guess = pixelsBy(view, { scaled: "rgb-unit" }, "Ultralytics");
  return [
    {
      family: isOfCorners ? "yolo" : "ultralytics",
      confidence: isOfCorners ? Math.min(confidence, 0.9) : confidence,
      why,
      isProbed: columns.length > 0,
      output: {
        decoder: "yolo-v8",
        tensors: { predictions: output.name },
        ...(isOfCorners && { format: "xyxy" as const }),
        ...(isNormalised && { units: "normalised" as const }),
      },
      // Ultralytics has centres: whose file this is, and how it is fed, is not known.
      pixels: isOfCorners ? { ...guess, confidence: Math.min(guess.confidence, 0.6) } : guess,
      fit: isOfCorners
        ? { name: "letterbox", confidence: 0.5, why: "most YOLOs letterbox" }
        : { name: "letterbox", confidence: 0.92, why: "Ultralytics letterboxes, centred" },
      classCount,
    },
  ];
}

/** A × n may as well be objectness and n − 5 classes. */
function transposedConfidence(
  { classCount }: GraphView,
  { name }: OutputView,
  channels: number,
): number {
  if (classCount === channels - 4) return 0.95;
  if (channels - 4 === 80) return 0.9;
  if (channels - 5 === 80) return 0.3;
  return name === "output0" ? 0.8 : 0.5;
}
