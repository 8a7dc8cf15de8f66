import type { ModelInput } from "../../../contracts/model.ts";
import { addCandidate } from "../boxes.ts";
import { notANumber, type Decoder } from "./decoder.ts";
import { levelsOf, startOf } from "./grid.ts";

/**
 * YuNet faces, for each level class and objectness B × cells × 1 and boxes B × cells × 4: centre = (cell + xy) × stride,
 * size = exp(wh) × stride, score = √(class × objectness), both held to 0–1 (`FaceDetectorYN` of OpenCV). One class.
 */
export function yunet(
  { strides }: { readonly strides: readonly number[] },
  input: Pick<ModelInput, "width" | "height">,
): Decoder {
  const levels = levelsOf(strides, input);

  return ({ classes, objectness, boxes }, picture, { scoreMin }, into) => {
    const least = scoreMin[0]!;
    into.count = 0;
    for (const [index, { stride, columns, rows }] of levels.entries()) {
      const cells = columns * rows;
      const classAt = startOf(classes![index]!, cells, 1, picture);
      const objectAt = startOf(objectness![index]!, cells, 1, picture);
      const boxAt = startOf(boxes![index]!, cells, 4, picture);
      const [classData, objectData, boxData] = [
        classes![index]!.data,
        objectness![index]!.data,
        boxes![index]!.data,
      ];

      for (let cell = 0; cell < cells; cell++) {
        const product = held(classData[classAt + cell]!) * held(objectData[objectAt + cell]!);
        const score = Math.sqrt(product);
        if (score < least) continue;
        const at = boxAt + cell * 4;
        const x = ((cell % columns) + boxData[at]!) * stride;
        const y = (Math.trunc(cell / columns) + boxData[at + 1]!) * stride;
        const width = Math.exp(boxData[at + 2]!) * stride;
        const height = Math.exp(boxData[at + 3]!) * stride;
        if (!Number.isFinite(x + y + width + height + score)) throw notANumber(cell);
        addCandidate(into, x, y, width, height, score, 0);
      }
    }
  };
}

/** Held to 0–1; what is no number stays none. */
const held = (value: number): number => Math.min(1, Math.max(0, value));
