import { ModelRefused } from "../model-refused.ts";
import type { GraphView, OutputView } from "./view.ts";

const hints: readonly (readonly [(outputs: readonly OutputView[]) => boolean, string])[] = [
  [
    (outputs) =>
      outputs.some(({ dims }) => dims?.length === 3) &&
      outputs.some(({ dims }) => dims?.length === 4 && dims[1] === 32),
    "One output looks like masks: a segmentation model. Export a detection model (task detect).",
  ],
  [
    (outputs) => outputs.every(({ dims }) => dims?.length === 5),
    "The heads are raw, of five dimensions. Export with the grid inside: YOLOv7 `--grid`, YOLOv5 `--include onnx` with its own export.py.",
  ],
  [
    (outputs) => outputs.every(({ dims }) => dims?.length === 4),
    "The heads are raw feature maps, as exports for NPUs and Custom Vision's older compact domains have them. Export with the boxes decoded: `yolo export format=onnx`, the original repository's ONNX export, or the domain General (compact) [S1].",
  ],
  [
    (outputs) => outputs.map(({ name }) => name).join() === "loc,conf,iou",
    "It is YuNet of 2021 or 2022, whose boxes need its priors. Take face_detection_yunet_2023mar.onnx of OpenCV's model zoo.",
  ],
  [
    (outputs) =>
      outputs.length === 1 && outputs[0]!.dims?.length === 2 && (outputs[0]!.dims[1] ?? 0) > 7,
    "One row of numbers for each picture: this looks like a classifier, which finds no boxes.",
  ],
  [
    (outputs) => {
      const boxes = outputs.find(({ dims }) => dims?.length === 3 && dims[2] === 4);
      const scores = outputs.find((output) => output !== boxes);
      return outputs.length === 2 && boxes !== undefined && scores?.dims?.[2] === boxes.dims![1];
    },
    "The scores lie class by class, as in PaddleDetection's exports without suppression. Export with it: `-o export.nms=True`.",
  ],
  [
    (outputs) => outputs.some(({ name }) => /mask/i.test(name)),
    "It has masks: a segmentation model. Export it for detection alone.",
  ],
];

/** What is said where no family has such outputs, with what may help. */
export function unrecognised({ outputs, image }: GraphView): ModelRefused {
  const shown = outputs.map(
    ({ name, type, dims, declared }) =>
      `${name} (${type} ${(dims ?? declared)?.map((dim) => dim ?? "?").join(" × ") ?? "of unknown shape"})`,
  );
  const hint = hints.find(([matches]) => matches(outputs))?.[1];
  return new ModelRefused(
    `No known family of detectors has these outputs for "${image.name}": ${shown.join(", ")}.`,
    {
      hint: `${hint ?? "Export it in one of the ways that docs/models.md lists."}\n  If a decoder of docs/models.md can read it, name it: --manifest FILE, or --set output='{"decoder": …}'.`,
    },
  );
}
