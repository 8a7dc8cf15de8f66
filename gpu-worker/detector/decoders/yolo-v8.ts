import { addCandidate } from "../boxes.ts";
import { BadOutput, notANumber, type Decoder } from "./decoder.ts";

/**
 * The Ultralytics v8 and 11 export, 1 × (4 + classes) × A, or the same transposed: centre and size in pixels of the
 * input, then one score per class, 0–1, no objectness.
 */
export function yoloV8(classCount: number): Decoder {
  const width = 4 + classCount;

  return ({ data, dims }, { scoreMin, wanted }, into) => {
    const channelsFirst = dims[1] === width;
    if (dims.length !== 3 || dims[0] !== 1 || (!channelsFirst && dims[2] !== width)) {
      throw new BadOutput(`The output is ${dims.join("×")}; the manifest means 1×${width}×A.`);
    }
    const anchors = channelsFirst ? dims[2]! : dims[1]!;
    const [perAnchor, perChannel] = channelsFirst ? [1, anchors] : [width, 1];
    into.count = 0;

    for (let anchor = 0; anchor < anchors; anchor++) {
      const at = anchor * perAnchor;
      let best = -1;
      let bestScore = -1;
      for (let classId = 0; classId < classCount; classId++) {
        const score = data[at + (4 + classId) * perChannel]!;
        if (score > bestScore) {
          best = classId;
          bestScore = score;
        }
      }
      if (best < 0) throw notANumber(anchor);
      if (bestScore < scoreMin || wanted[best] === 0) continue;

      const x = data[at]!;
      const y = data[at + perChannel]!;
      const boxWidth = data[at + 2 * perChannel]!;
      const boxHeight = data[at + 3 * perChannel]!;
      if (!Number.isFinite(x + y + boxWidth + boxHeight)) throw notANumber(anchor);
      addCandidate(into, x, y, boxWidth, boxHeight, bestScore, best);
    }
  };
}
