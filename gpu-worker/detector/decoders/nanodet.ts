import type { ModelInput } from "../../../contracts/model.ts";
import type { ModelOutput } from "../../../contracts/model-output.ts";
import { addCorners, type Candidates } from "../boxes.ts";
import { notANumber, type Decoder, type Floors } from "./decoder.ts";
import { levelsOf, startOf, type Level } from "./grid.ts";

type Output = Extract<ModelOutput, { decoder: "nanodet" }>;

/** Where one picture's numbers of one level lie: scores and distances of each anchor, so far from the last one's. */
interface LevelData {
  readonly scores: Float32Array;
  readonly scoresAt: number;
  readonly scoresStep: number;
  readonly distances: Float32Array;
  readonly distancesAt: number;
  readonly distancesStep: number;
}

/**
 * NanoDet and NanoDet-Plus: class scores 0–1, and for each side the logits of a distribution over 0…reg_max whose mean,
 * in strides, is its distance from the anchor's centre (generalised focal loss; `get_bboxes` of RangiLyu's NanoDet,
 * which cuts boxes off at the input's edges before it compares them). All levels in one tensor of B × A × (classes + 4 × (reg_max + 1)), or each in two of its own.
 */
export function nanodet(
  { strides, reg_max: regMax, centre }: Pick<Output, "strides" | "reg_max" | "centre">,
  input: Pick<ModelInput, "width" | "height">,
  classCount: number,
): Decoder {
  const levels = levelsOf(strides, input);
  const anchors = levels.reduce((sum, { columns, rows }) => sum + columns * rows, 0);
  const bins = regMax + 1;
  const width = classCount + 4 * bins;
  const sides = new Float64Array(4);
  const read = readerOf({ bins, classCount, middle: centre === "middle", sides, input });

  return ({ predictions, scores, distances }, picture, floors, into) => {
    into.count = 0;
    if (predictions) {
      const { data } = predictions[0]!;
      let at = startOf(predictions[0]!, anchors, width, picture);
      for (const level of levels) {
        const shared = { scores: data, scoresStep: width, distances: data, distancesStep: width };
        read(level, { ...shared, scoresAt: at, distancesAt: at + classCount }, floors, into);
        at += level.columns * level.rows * width;
      }
      return;
    }
    for (const [index, level] of levels.entries()) {
      const cells = level.columns * level.rows;
      const place = {
        scores: scores![index]!.data,
        scoresAt: startOf(scores![index]!, cells, classCount, picture),
        scoresStep: classCount,
        distances: distances![index]!.data,
        distancesAt: startOf(distances![index]!, cells, 4 * bins, picture),
        distancesStep: 4 * bins,
      };
      read(level, place, floors, into);
    }
  };
}

function readerOf({
  bins,
  classCount,
  middle,
  sides,
  input,
}: {
  bins: number;
  classCount: number;
  middle: boolean;
  sides: Float64Array;
  input: Pick<ModelInput, "width" | "height">;
}) {
  return (
    { stride, columns, rows }: Level,
    { scores, scoresAt, scoresStep, distances, distancesAt, distancesStep }: LevelData,
    { scoreMin, scoreMinAny }: Floors,
    into: Candidates,
  ): void => {
    const offset = middle ? (stride - 1) / 2 : 0;
    const cells = columns * rows;
    for (let cell = 0, at = scoresAt; cell < cells; cell++, at += scoresStep) {
      let best = -1;
      let bestScore = -1;
      for (let classId = 0; classId < classCount; classId++) {
        const score = scores[at + classId]!;
        if (score < scoreMinAny) continue;
        if (Number.isNaN(score)) throw notANumber(cell);
        if (score > bestScore) [best, bestScore] = [classId, score];
      }
      if (best < 0 || bestScore < scoreMin[best]!) continue;

      for (
        let side = 0, from = distancesAt + cell * distancesStep;
        side < 4;
        side++, from += bins
      ) {
        sides[side] = meanOf(distances, from, bins) * stride;
      }
      const [left, top, right, bottom] = sides as unknown as [number, number, number, number];
      if (!Number.isFinite(left + top + right + bottom + bestScore)) throw notANumber(cell);
      const x = (cell % columns) * stride + offset;
      const y = Math.trunc(cell / columns) * stride + offset;
      const x1 = Math.max(0, x - left);
      const y1 = Math.max(0, y - top);
      const x2 = Math.min(input.width, x + right);
      const y2 = Math.min(input.height, y + bottom);
      addCorners(into, x1, y1, x2, y2, bestScore, best);
    }
  };
}

/** The mean of the distribution whose logits lie there, over 0…bins − 1. */
function meanOf(logits: Float32Array, from: number, bins: number): number {
  let greatest = -Infinity;
  for (let bin = 0; bin < bins; bin++) greatest = Math.max(greatest, logits[from + bin]!);
  let sum = 0;
  let weighted = 0;
  for (let bin = 0; bin < bins; bin++) {
    const part = Math.exp(logits[from + bin]! - greatest);
    sum += part;
    weighted += part * bin;
  }
  return weighted / sum;
}
