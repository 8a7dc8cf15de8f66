import { measured, outputNamed } from "../view.ts";
import { areScores, columnsOf, spanOf, type ColumnFacts } from "./columns.ts";
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
  const isExpected =
    !isRf &&
    (view.classCount === undefined
      ? hasMask || columnCount === 92
      : columnCount === view.classCount + 1);
  const isSeen = isRf ? undefined : isLastOnTop(values);
  const isContradicted = isSeen !== undefined && isSeen !== isExpected;
  // As many columns as names leave no room for "no object".
  const isSoftmax = isContradicted && columnCount !== view.classCount ? isSeen : isExpected;
  // RF-DETR's own weights have COCO's ids, of which 0 is none.
  const isCoco = isRf && columnCount === 91;
  const isFromOne = isCoco && view.classCount === 90;
  const isColumnMore = columnCount - 1 === view.classCount;
  const classCount = isColumnMore || isSoftmax || (isRf && !isCoco) ? columnCount - 1 : columnCount;
  const reason = isRf
    ? `names of RF-DETR: sigmoid${isFromOne ? "; 90 names are supposed to be of COCO's ids, from 1" : ""}`
    : isContradicted
      ? seen[isSeen ? "softmax" : "sigmoid"]
      : isSoftmax
        ? 'a column more than classes, or a mask: softmax with "no object" last'
        : "a column for each class: sigmoid";
  const isToldApart =
    !isFromOne &&
    !isContradicted &&
    (isRf || view.classCount !== undefined || columnCount === 80 || columnCount === 92);
  return [
    {
      family: isRf ? "rf-detr" : isSoftmax ? "detr" : "rt-detr",
      confidence: wasSigmoid ? 0.3 : isToldApart ? 0.93 : hasMask ? 0.8 : 0.7,
      isProbed: values.length > 0,
      ...(!isRf &&
        !isSoftmax &&
        isColumnMore && {
          doubts: [
            "The logits have a column more than there are names: if classes count from 1, say --set output.class_offset=1.",
          ],
        }),
      why: [
        `outputs ${logits.name} (${columnCount} columns) and ${boxes.name} of each query, as DETR and its descendants have them`,
        reason,
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
          : {
              // Of those with a sigmoid, Conditional and Deformable DETR have a mask, RT-DETR and D-FINE none.
              ...(hasMask
                ? pixelsBy(view, { scaled: "rgb-imagenet" }, "DETR")
                : pixelsBy(view, { scaled: "rgb-unit" }, "RT-DETR")),
              confidence: 0.7,
            },
      fit: {
        name: "stretch",
        confidence: isSoftmax ? 0.8 : 0.92,
        why: `${isRf ? "RF-DETR" : "this family"} stretches to the size of the graph`,
      },
      classCount,
    },
  ];
};

const seen = {
  softmax: 'in a trial run most queries had their greatest logit last, as "no object" is: softmax',
  sigmoid:
    'in a trial run most queries had their greatest logit before the last, which "no object" would be: sigmoid',
};

/** Whether most queries of a trial run, which shows nothing, have their greatest logit last; undefined where none was made. */
function isLastOnTop(columns: readonly ColumnFacts[]): boolean | undefined {
  const last = columns.at(-1);
  if (!last || columns.length < 2) return undefined;
  const others = columns.slice(0, -1);
  const onTop = last.values.filter((value, row) =>
    others.every(({ values }) => values[row]! < value),
  );
  return onTop.length > last.values.length / 2;
}
