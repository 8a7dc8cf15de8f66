import { notANumber, type Floors } from "./decoder.ts";

/**
 * The best class of a row x, y, width, height, objectness, one score per class, whose box scores objectness × class;
 * −1 where that is below the class's floor. Throws `BadOutput` where the scores are no numbers.
 */
export function classOfRow(
  data: Float32Array,
  at: number,
  anchor: number,
  classCount: number,
  { scoreMin, scoreMinAny }: Pick<Floors, "scoreMin" | "scoreMinAny">,
): number {
  const objectness = data[at + 4]!;
  // A product of two numbers up to 1 reaches the floor only where both do.
  if (objectness < scoreMinAny) return -1;

  let best = -1;
  let bestScore = -1;
  for (let classId = 0; classId < classCount; classId++) {
    const score = data[at + 5 + classId]!;
    if (score > bestScore) [best, bestScore] = [classId, score];
  }
  if (best < 0 || Number.isNaN(objectness)) throw notANumber(anchor);
  return objectness * bestScore < scoreMin[best]! ? -1 : best;
}

/** The score of a row's box. */
export const scoreOfRow = (data: Float32Array, at: number, classId: number): number =>
  data[at + 4]! * data[at + 5 + classId]!;
