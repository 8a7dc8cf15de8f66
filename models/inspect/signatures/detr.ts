import { measured, outputNamed } from "../view.ts";
import { areScores, columnsOf, spanOf } from "./columns.ts";
import { noNms, pixelsBy, type Signature } from "./reading.ts";

/** DETR and its descendants without a postprocessor: logits and boxes of each query. */
export const detr: Signature = (view) => {
  const rf = [outputNamed(view, /^labels$/), outputNamed(view, /^dets$/)] as const;
  const isRf = rf[0]?.type === "float32" || rf[0]?.type === "float16";
  const [logits, boxes] = isRf
    ? rf
    : [
        outputNamed(view, /^(?:pred_)?logits$|pred_logits|(?:^|\/)logits$/),
        outputNamed(view, /^(?:pred_)?boxes$|pred_boxes/),
      ];
  const columnCount = logits?.dims?.at(-1);
  if (!logits || !boxes || boxes.dims?.at(-1) !== 4 || columnCount === undefined) return [];
  if (logits.dims!.length !== 3) return [];

  const values = columnsOf(measured(view, logits.name));
  const wasSigmoid = areScores(values);
  const hasMask = view.extras.some(({ value }) => value === "mask");
  // Softmax has a column more, "no object"; so has RF-DETR, whose last is a class that nothing was trained for.
  const isSoftmax =
    !isRf &&
    (view.classCount === undefined
      ? hasMask || columnCount === 92
      : columnCount === view.classCount + 1);
  // RF-DETR's own weights have COCO's ids, of which 0 is none.
  const isCoco = isRf && columnCount === 91;
  const isFromOne = isCoco && view.classCount === 90;
  const classCount = isFromOne || isSoftmax || (isRf && !isCoco) ? columnCount - 1 : columnCount;
  const isToldApart =
    !isFromOne &&
    (isRf || view.classCount !== undefined || columnCount === 80 || columnCount === 92);
  return [
    {
      family: isRf ? "rf-detr" : isSoftmax ? "detr" : "rt-detr",
      confidence: wasSigmoid ? 0.3 : isToldApart ? 0.93 : hasMask ? 0.8 : 0.7,
      isProbed: values.length > 0,
      why: [
        `outputs ${logits.name} (${columnCount} columns) and ${boxes.name} of each query, as DETR and its descendants have them`,
        isRf
          ? `names of RF-DETR: sigmoid${isFromOne ? "; 90 names are supposed to be of COCO's ids, from 1" : ""}`
          : isSoftmax
            ? 'a column more than classes, or a mask: softmax with "no object" last'
            : "a column for each class: sigmoid",
        ...(values.length > 0 ? [`a trial run gave logits of ${spanOf(values)}`] : []),
      ],
      output: {
        decoder: "detr",
        tensors: { logits: logits.name, boxes: boxes.name },
        activation: isSoftmax ? "softmax" : "sigmoid",
        ...(isFromOne && { class_offset: 1 }),
      },
      post: noNms,
      pixels:
        isSoftmax || isRf
          ? pixelsBy(view, { scaled: "rgb-imagenet" }, isRf ? "RF-DETR" : "DETR")
          : { ...pixelsBy(view, { scaled: "rgb-unit" }, "RT-DETR"), confidence: 0.7 },
      fit: {
        name: "stretch",
        confidence: isSoftmax ? 0.8 : 0.92,
        why: `${isRf ? "RF-DETR" : "this family"} stretches to the size of the graph`,
      },
      classCount,
    },
  ];
};
