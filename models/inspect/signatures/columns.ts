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

/** The smallest and the largest of some columns, for words. */
export const spanOf = (columns: readonly ColumnFacts[]): string =>
  `${Math.min(...columns.map(({ min }) => min)).toPrecision(3)} to ${Math.max(...columns.map(({ max }) => max)).toPrecision(3)}`;
