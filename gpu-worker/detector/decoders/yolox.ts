import type { ModelInput } from "../../../contracts/model.ts";
import { addCandidate } from "../boxes.ts";
import { notANumber, wrongShape, type Decoder } from "./decoder.ts";
import { classOfRow, scoreOfRow } from "./objectness.ts";

type Strides = { readonly strides: readonly number[] };
type Size = Pick<ModelInput, "width" | "height">;

/**
 * YOLOX's raw head, B × A × (5 + classes), all cells of the finest stride row by row, then of the next:
 * centre = (xy + cell) × stride, size = exp(wh) × stride, score = objectness × class, both 0–1
 * (`demo_postprocess` of Megvii's YOLOX).
 */
export function yolox(output: Strides, input: Size, classCount: number): Decoder {
  const cells = gridsOf(output, input).flatMap(({ stride, columns, rows }) =>
    Array.from({ length: columns * rows }, (_, cell) => ({
      stride,
      column: cell % columns,
      row: Math.trunc(cell / columns),
    })),
  );
  const width = 5 + classCount;

  return (tensors, picture, floors, into) => {
    const { data, dims } = tensors["predictions"]![0]!;
    const left = tensors["anchors"]?.[0];
    const anchors = left ? left.data.length : cells.length;
    if (dims.length !== 3 || picture >= dims[0]! || dims[1] !== anchors || dims[2] !== width) {
      throw wrongShape(dims, `B×${anchors}×${width}`);
    }
    into.count = 0;
    let at = picture * anchors * width;
    for (let index = 0; index < anchors; index++, at += width) {
      const anchor = left ? left.data[index]! : index;
      const best = classOfRow(data, at, anchor, classCount, floors);
      if (best < 0) continue;
      const score = scoreOfRow(data, at, best);

      const { stride, column, row } = cells[anchor]!;
      const boxWidth = Math.exp(data[at + 2]!) * stride;
      const boxHeight = Math.exp(data[at + 3]!) * stride;
      const x = (data[at]! + column) * stride;
      const y = (data[at + 1]! + row) * stride;
      if (!Number.isFinite(x + y + boxWidth + boxHeight + score)) throw notANumber(anchor);
      addCandidate(into, x, y, boxWidth, boxHeight, score, best);
    }
  };
}

/** How many anchors such a head has. */
export const yoloxAnchors = (output: Strides, input: Size): number =>
  gridsOf(output, input).reduce((sum, { columns, rows }) => sum + columns * rows, 0);

const gridsOf = ({ strides }: Strides, { width, height }: Size) =>
  strides.map((stride) => ({
    stride,
    columns: Math.trunc(width / stride),
    rows: Math.trunc(height / stride),
  }));
