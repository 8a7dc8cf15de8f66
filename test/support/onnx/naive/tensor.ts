/** An answer of a graph as plain numbers. */
export interface Plain {
  readonly dims: readonly number[];
  readonly numbers: readonly number[];
}

/** The number at these indices. */
export function at({ dims, numbers }: Plain, ...indices: readonly number[]): number {
  if (indices.length !== dims.length)
    throw new Error(`${indices.length} of ${dims.length} indices`);
  let position = 0;
  for (const [axis, index] of indices.entries()) {
    if (index < 0 || index >= dims[axis]!) throw new Error(`index ${index} of ${dims[axis]}`);
    position = position * dims[axis]! + index;
  }
  return numbers[position]!;
}

export interface NaiveBox {
  /** x1, y1, x2, y2 in pixels of the input. */
  readonly box: readonly [number, number, number, number];
  readonly score: number;
  readonly classId: number;
}

export const centred = (x: number, y: number, width: number, height: number): NaiveBox["box"] => [
  x - width / 2,
  y - height / 2,
  x + width / 2,
  y + height / 2,
];

/** The numbers from 0 up to `count`. */
export const range = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => index);

/** The best of some scores: its position and itself. */
export function bestOf(scores: readonly number[]): {
  readonly classId: number;
  readonly score: number;
} {
  const score = Math.max(...scores);
  return { classId: scores.indexOf(score), score };
}
