import type { ModelInput } from "../../../contracts/model.ts";
import type { ModelOutput } from "../../../contracts/model-output.ts";
import { addCorners } from "../boxes.ts";
import { notANumber, type Decoder } from "./decoder.ts";
import { levelsOf, startOf } from "./grid.ts";

type Output = Extract<ModelOutput, { decoder: "scrfd" }>;

/**
 * SCRFD faces, for each level scores (B ×) anchors × 1, 0–1, and boxes (B ×) anchors × 4: distances to left, top, right
 * and bottom, in strides, from the cell's upper left corner; a cell's anchors lie one after the other (InsightFace's
 * `SCRFD.forward`). One class.
 */
export function scrfd(
  { strides, anchors_per_cell: perCell }: Pick<Output, "strides" | "anchors_per_cell">,
  input: Pick<ModelInput, "width" | "height">,
): Decoder {
  const levels = levelsOf(strides, input);

  return ({ scores, boxes }, picture, { scoreMin }, into) => {
    const least = scoreMin[0]!;
    into.count = 0;
    for (const [index, { stride, columns, rows }] of levels.entries()) {
      const anchors = columns * rows * perCell;
      const scoreAt = startOf(scores![index]!, anchors, 1, picture);
      const boxAt = startOf(boxes![index]!, anchors, 4, picture);
      const scoreData = scores![index]!.data;
      const boxData = boxes![index]!.data;

      for (let anchor = 0; anchor < anchors; anchor++) {
        const score = scoreData[scoreAt + anchor]!;
        if (score < least) continue;
        const cell = Math.trunc(anchor / perCell);
        const x = (cell % columns) * stride;
        const y = Math.trunc(cell / columns) * stride;
        const at = boxAt + anchor * 4;
        const x1 = x - boxData[at]! * stride;
        const y1 = y - boxData[at + 1]! * stride;
        const x2 = x + boxData[at + 2]! * stride;
        const y2 = y + boxData[at + 3]! * stride;
        if (!Number.isFinite(x1 + y1 + x2 + y2 + score)) throw notANumber(anchor);
        addCorners(into, x1, y1, x2, y2, score, 0);
      }
    }
  };
}
