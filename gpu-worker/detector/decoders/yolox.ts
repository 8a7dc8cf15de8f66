import type { ModelInput } from "../../../contracts/model.ts";
import { addCandidate } from "../boxes.ts";
import { notANumber, wrongShape, type Decoder } from "./decoder.ts";
import { classOfRow, scoreOfRow } from "./objectness.ts";

/**
 * YOLOX's raw head, B × A × (5 + classes), all cells of the finest stride row by row, then of the next:
 * centre = (xy + cell) × stride, size = exp(wh) × stride, score = objectness × class, both 0–1
 * (`demo_postprocess` of Megvii's YOLOX).
 */
export function yolox(
  { strides }: { readonly strides: readonly number[] },
  input: Pick<ModelInput, "width" | "height">,
  classCount: number,
): Decoder {
  const grids = strides.map((stride) => ({
    stride,
    columns: Math.trunc(input.width / stride),
    rows: Math.trunc(input.height / stride),
  }));
  const anchors = grids.reduce((sum, { columns, rows }) => sum + columns * rows, 0);
  const width = 5 + classCount;

  return ({ predictions }, picture, floors, into) => {
    const { data, dims } = predictions![0]!;
    if (dims.length !== 3 || picture >= dims[0]! || dims[1] !== anchors || dims[2] !== width) {
      throw wrongShape(dims, `B×${anchors}×${width}`);
    }
    into.count = 0;
    let anchor = 0;
    let at = picture * anchors * width;
    for (const { stride, columns, rows } of grids) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++, anchor++, at += width) {
          const best = classOfRow(data, at, anchor, classCount, floors);
          if (best < 0) continue;
          const score = scoreOfRow(data, at, best);

          const boxWidth = Math.exp(data[at + 2]!) * stride;
          const boxHeight = Math.exp(data[at + 3]!) * stride;
          const x = (data[at]! + column) * stride;
          const y = (data[at + 1]! + row) * stride;
          if (!Number.isFinite(x + y + boxWidth + boxHeight + score)) throw notANumber(anchor);
          addCandidate(into, x, y, boxWidth, boxHeight, score, best);
        }
      }
    }
  };
}
