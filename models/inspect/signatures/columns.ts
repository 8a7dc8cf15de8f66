import type { ProbeTensor } from "../probe/probe-messages.ts";

/** What the values of one column of a measured tensor have in common. */
export interface ColumnFacts {
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
  readonly values: readonly number[];
}

/**
 * The columns of measured tensors, all rows of all runs. `axis` is that of the columns, -1 the last, -2 the one before.
 * Empty where nothing was measured or every tensor is empty.
 */
export function columnsOf(
  tensors: readonly ProbeTensor[],
  axis: -1 | -2 = -1,
): readonly ColumnFacts[] {
  const columns: number[][] = [];
  for (const { dims, values } of tensors) {
    if (!values || values.length === 0) continue;
    const count = dims.at(axis) ?? 0;
    const inner = axis === -1 ? 1 : (dims.at(-1) ?? 1);
    for (let index = 0; index < values.length; index++) {
      (columns[Math.floor(index / inner) % count] ??= []).push(values[index]!);
    }
  }
  return columns.map(factsOf);
}

function factsOf(values: readonly number[]): ColumnFacts {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let isWhole = true;
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    isWhole &&= Number.isInteger(value);
  }
  return { min, max, isWhole, values };
}

/** Whether all numbers can be scores after a sigmoid or softmax. */
export const areScores = (columns: readonly ColumnFacts[]): boolean =>
  columns.length > 0 && columns.every(({ min, max }) => min >= 0 && max <= 1.0001);

/** Random weights turn some boxes inside out. */
const orderedMin = 0.8;

/**
 * Whether the first four columns can be two corners. Anchors on the right and at the bottom have centres far beyond any
 * box's size: only corners are in order everywhere. Rows of zeros are no boxes.
 */
export function areCorners(columns: readonly ColumnFacts[]): boolean {
  const [x1, y1, x2, y2] = columns.map(({ values }) => values);
  if (!x1 || !y1 || !x2 || !y2) return false;
  const rows = [...x1.keys()].filter((row) => [x1, y1, x2, y2].some((each) => each[row] !== 0));
  const ordered = rows.filter((row) => x2[row]! > x1[row]! && y2[row]! > y1[row]!);
  return rows.length > 0 && ordered.length >= orderedMin * rows.length;
}

/** The smallest and the largest of some columns, for words. */
export const spanOf = (columns: readonly ColumnFacts[]): string =>
  `${Math.min(...columns.map(({ min }) => min)).toPrecision(3)} to ${Math.max(...columns.map(({ max }) => max)).toPrecision(3)}`;
