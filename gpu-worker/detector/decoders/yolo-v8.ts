import type { ModelInput } from "../../../contracts/model.ts";
import { addCandidate } from "../boxes.ts";
import { BadOutput, notANumber, type Decoder, type OutputTensor } from "./decoder.ts";

/**
 * The Ultralytics v8, 11 and 12 export, B × (4 + classes) × A, or the same transposed: centre and size, in pixels of
 * the input or normalised, then one score per class, 0–1, no objectness.
 */
export function yoloV8(
  { units }: { readonly units: "pixels" | "normalised" },
  input: Pick<ModelInput, "width" | "height">,
  classCount: number,
): Decoder {
  const width = 4 + classCount;
  const [unitX, unitY] = units === "pixels" ? [1, 1] : [input.width, input.height];
  // Kept between frames: the best class and its score of each anchor.
  let best = new Int32Array(0);
  let bestScore = new Float32Array(0);

  return ({ predictions }, picture, { scoreMin, scoreMinAny }, into) => {
    const { data, dims } = predictions![0]!;
    const channelsFirst = dims[1] === width;
    if (dims.length !== 3 || (!channelsFirst && dims[2] !== width)) {
      throw new BadOutput(`The output is ${dims.join("×")}; the manifest means B×${width}×A.`);
    }
    const anchors = channelsFirst ? dims[2]! : dims[1]!;
    const start = picture * anchors * width;
    const [perAnchor, perChannel] = channelsFirst ? [1, anchors] : [width, 1];
    if (best.length !== anchors) {
      best = new Int32Array(anchors);
      bestScore = new Float32Array(anchors);
    }
    findBest({ data, start, anchors, classCount, perAnchor, perChannel }, best, bestScore);

    into.count = 0;
    for (let anchor = 0; anchor < anchors; anchor++) {
      const score = bestScore[anchor]!;
      if (score < scoreMinAny) {
        if (score < 0) throw notANumber(anchor);
        continue;
      }
      const classId = best[anchor]!;
      if (score < scoreMin[classId]!) continue;

      const at = start + anchor * perAnchor;
      const x = data[at]! * unitX;
      const y = data[at + perChannel]! * unitY;
      const boxWidth = data[at + 2 * perChannel]! * unitX;
      const boxHeight = data[at + 3 * perChannel]! * unitY;
      if (!Number.isFinite(x + y + boxWidth + boxHeight)) throw notANumber(anchor);
      addCandidate(into, x, y, boxWidth, boxHeight, score, classId);
    }
  };
}

/** Walks the tensor in the order in which it lies in memory; an anchor without one number keeps the score −1. */
function findBest(
  {
    data,
    start,
    anchors,
    classCount,
    perAnchor,
    perChannel,
  }: {
    data: OutputTensor["data"];
    start: number;
    anchors: number;
    classCount: number;
    perAnchor: number;
    perChannel: number;
  },
  best: Int32Array,
  bestScore: Float32Array,
): void {
  bestScore.fill(-1);
  if (perAnchor === 1) {
    for (let classId = 0; classId < classCount; classId++) {
      const at = start + (4 + classId) * perChannel;
      for (let anchor = 0; anchor < anchors; anchor++) {
        const score = data[at + anchor]!;
        if (score > bestScore[anchor]!) {
          bestScore[anchor] = score;
          best[anchor] = classId;
        }
      }
    }
    return;
  }
  for (let anchor = 0, at = start + 4; anchor < anchors; anchor++, at += perAnchor) {
    for (let classId = 0; classId < classCount; classId++) {
      const score = data[at + classId]!;
      if (score > bestScore[anchor]!) {
        bestScore[anchor] = score;
        best[anchor] = classId;
      }
    }
  }
}
