import { measured, type GraphView, type OutputView } from "../view.ts";
import { cellCount, pyramidOf } from "./cells.ts";
import { areScores, columnsOf, spanOf } from "./columns.ts";
import { pixelsBy, type Reading, type Signature } from "./reading.ts";

// Each of the four sides has a distribution over 0…7.
const sideValues = 4 * 8;
const post = { iou: 0.6 };

/** NanoDet-Plus (one tensor) and NanoDet before (scores and distances of each level). */
export const nanodet: Signature = (view) => [...plus(view), ...perLevel(view)];

const pixelsOf = (view: GraphView) => pixelsBy(view, { scaled: "bgr-imagenet" }, "NanoDet");

function plus(view: GraphView): readonly Reading[] {
  const [output, ...more] = view.outputs;
  const [, anchors, channels] = output?.dims?.length === 3 ? output.dims : [];
  if (!output || more.length > 0 || anchors === undefined || channels === undefined) return [];
  const classCount = channels - sideValues;
  const pyramid = pyramidOf(anchors, view, [1]);
  if (!pyramid || pyramid.strides.join() !== "8,16,32,64" || classCount < 1) return [];

  const columns = columnsOf(measured(view, output.name));
  const scores = columns.slice(0, classCount);
  const areSigmoid = areScores(scores);
  const areNot = columns.length > 0 && !areScores(columns.slice(classCount));
  return [
    {
      family: "nanodet",
      confidence: areSigmoid && areNot ? 0.95 : columns.length > 0 ? 0.3 : 0.8,
      isProbed: columns.length > 0,
      why: [
        `"${output.name}" is ${anchors} × ${channels}: one anchor in each cell of strides ${pyramid.strides.join(", ")}, ${classCount} classes and 4 × 8 values each`,
        ...(columns.length > 0 ? [`a trial run gave scores of ${spanOf(scores)}`] : []),
      ],
      output: {
        decoder: "nanodet",
        tensors: { predictions: output.name },
        strides: [...pyramid.strides],
        centre: "corner",
      },
      post,
      pixels: pixelsOf(view),
      fit: { name: "stretch", confidence: 0.9, why: "NanoDet-Plus stretches (keep_ratio: False)" },
      classCount,
    },
  ];
}

function perLevel(view: GraphView): readonly Reading[] {
  const scores = view.outputs.filter(({ name }) => /cls_pred/.test(name));
  const distances = view.outputs.filter(({ name }) => /dis_pred/.test(name));
  if (scores.length < 2 || scores.length !== distances.length) return [];
  const classCount = scores[0]!.dims?.at(-1);
  if (classCount === undefined || distances[0]!.dims?.at(-1) !== sideValues) return [];
  const strides = scores.map((output) => strideOf(view, output));
  if (strides.includes(undefined)) return [];
  return [
    {
      family: "nanodet",
      confidence: 0.96,
      why: [
        `outputs ${scores[0]!.name} … ${distances.at(-1)!.name}, as NanoDet's first exports name them, strides ${strides.join(", ")}, ${classCount} classes`,
      ],
      output: {
        decoder: "nanodet",
        tensors: {
          scores: scores.map(({ name }) => name),
          distances: distances.map(({ name }) => name),
        },
        strides: strides as number[],
        centre: "middle",
      },
      post,
      pixels: pixelsOf(view),
      fit: {
        name: "letterbox-black",
        confidence: 0.9,
        why: "NanoDet before Plus keeps the aspect ratio, centred on black (keep_ratio: True)",
      },
      classCount,
    },
  ];
}

/** The stride of which the level has one cell for each row. */
const strideOf = (view: GraphView, { dims }: OutputView): number | undefined =>
  [4, 8, 16, 32, 64].find((stride) => cellCount(view, [stride]) === dims?.at(-2));
