import type { ModelInput } from "../../../contracts/model.ts";
import { addCandidate } from "../boxes.ts";
import { notANumber, wrongShape, type Decoder } from "./decoder.ts";
import { classOfRow, scoreOfRow } from "./objectness.ts";

/**
 * YOLOv5, v6 and v7 with the grid applied in the graph, and YOLOX with decoded boxes, B × A × (5 + classes): centre and
 * size in pixels of the input or normalised, objectness, one score per class, all scores 0–1; a box's score is objectness × its best
 * class (`non_max_suppression` of Ultralytics' YOLOv5).
 */
export function yoloV5(
  { units }: { readonly units: "pixels" | "normalised" },
  input: Pick<ModelInput, "width" | "height">,
  classCount: number,
): Decoder {
  const width = 5 + classCount;
  const [unitX, unitY] = units === "pixels" ? [1, 1] : [input.width, input.height];

  return ({ predictions }, picture, floors, into) => {
    const { data, dims } = predictions![0]!;
    if (dims.length !== 3 || dims[2] !== width || picture >= dims[0]!) {
      throw wrongShape(dims, `B×A×${width}`);
    }
    const anchors = dims[1]!;

    into.count = 0;
    let at = picture * anchors * width;
    for (let anchor = 0; anchor < anchors; anchor++, at += width) {
      const best = classOfRow(data, at, anchor, classCount, floors);
      if (best < 0) continue;
      const score = scoreOfRow(data, at, best);

      const x = data[at]! * unitX;
      const y = data[at + 1]! * unitY;
      const boxWidth = data[at + 2]! * unitX;
      const boxHeight = data[at + 3]! * unitY;
      if (!Number.isFinite(x + y + boxWidth + boxHeight + score)) throw notANumber(anchor);
      addCandidate(into, x, y, boxWidth, boxHeight, score, best);
    }
  };
}
