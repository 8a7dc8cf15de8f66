import { type GraphView, type OutputView } from "../view.ts";
import { cellCount } from "./cells.ts";
import { pixelsBy, type Reading, type Signature } from "./reading.ts";

const strides = [8, 16, 32];
const classNames = ["face"];

/** YuNet and SCRFD: tensors of each level, by their names or, as InsightFace exports them, by their shapes alone. */
export const faces: Signature = (view) => [...yunet(view), ...scrfd(view)];

function yunet(view: GraphView): readonly Reading[] {
  const level = (part: string) =>
    namesOf(
      view,
      strides.map((stride) => `${part}_${stride}`),
    );
  const [classes, objectness, boxes] = [level("cls"), level("obj"), level("bbox")];
  if (!classes || !objectness || !boxes) return [];
  return [
    {
      family: "yunet",
      confidence: 0.97,
      why: [`outputs ${classes[0]}, ${objectness[0]}, ${boxes[0]} … as YuNet names them`],
      output: { decoder: "yunet", tensors: { classes, objectness, boxes } },
      post: { iou: 0.3 },
      pixels: pixelsBy(view, { raw: "bgr-raw" }, "YuNet"),
      fit: {
        name: "letterbox-top-left-black",
        confidence: 0.9,
        why: "OpenCV's FaceDetectorYN pads right and below with black",
      },
      classCount: 1,
      classNames,
    },
  ];
}

function scrfd(view: GraphView): readonly Reading[] {
  const found = byShape(view);
  if (!found) return [];
  const { scores, boxes, perCell } = found;
  const areNamed = scores.every((name) => /score/.test(name));
  return [
    {
      family: "scrfd",
      confidence: areNamed ? 0.96 : 0.92,
      why: [
        `for each of strides ${strides.join(", ")} a score and 4 distances of ${perCell} anchors in each cell, as SCRFD has them`,
      ],
      output: {
        decoder: "scrfd",
        tensors: { scores, boxes },
        ...(perCell !== 2 && { anchors_per_cell: perCell }),
      },
      post: { iou: 0.4 },
      pixels: pixelsBy(view, { scaled: "rgb-signed" }, "SCRFD"),
      fit: {
        name: "letterbox-top-left-black",
        confidence: 0.92,
        why: "InsightFace pads right and below with black",
      },
      classCount: 1,
      classNames,
    },
  ];
}

/** A tensor of one column and one of four for each level, with as many rows as the level has anchors. */
function byShape(view: GraphView) {
  for (const perCell of [2, 1]) {
    const level = (stride: number, columns: number) => {
      const fitting = view.outputs.filter(
        ({ dims }) =>
          dims?.at(-1) === columns && dims.at(-2) === cellCount(view, [stride]) * perCell,
      );
      return fitting.length === 1 ? fitting[0]!.name : undefined;
    };
    const scores = strides.flatMap((stride) => level(stride, 1) ?? []);
    const boxes = strides.flatMap((stride) => level(stride, 4) ?? []);
    if (scores.length === strides.length && boxes.length === strides.length) {
      return { scores, boxes, perCell };
    }
  }
  return undefined;
}

function namesOf(
  { outputs }: { readonly outputs: readonly OutputView[] },
  names: readonly string[],
): string[] | undefined {
  return names.every((name) => outputs.some((output) => output.name === name))
    ? [...names]
    : undefined;
}
