import { leastCost } from "./assignment.ts";

/**
 * Pairs rows with columns so that their likeness (0–1) is greatest in sum; pairs below `likenessMin` (above 0) are not
 * made. Equal input gives equal pairs: ties go by the order in which rows and columns are given.
 */
export function match<Row, Column>(
  rows: readonly Row[],
  columns: readonly Column[],
  {
    likeness,
    likenessMin,
  }: { likeness: (row: Row, column: Column) => number; likenessMin: number },
): [Row, Column][] {
  const links: Links = { ofRow: rows.map(() => []), ofColumn: columns.map(() => []) };
  const likenesses = new Float64Array(rows.length * columns.length);
  for (let row = 0; row < rows.length; row++) {
    for (let column = 0; column < columns.length; column++) {
      const value = likeness(rows[row]!, columns[column]!);
      if (value < likenessMin) continue;
      likenesses[row * columns.length + column] = value;
      links.ofRow[row]!.push(column);
      links.ofColumn[column]!.push(row);
    }
  }
  const likenessOf = (row: number, column: number) => likenesses[row * columns.length + column]!;
  const pairs: [Row, Column][] = [];
  for (const group of groups(links)) {
    for (const [row, column] of bestOf(group, likenessOf)) {
      pairs.push([rows[row]!, columns[column]!]);
    }
  }
  return pairs;
}

interface Links {
  /** Columns that each row may be paired with, ascending. */
  readonly ofRow: readonly number[][];
  readonly ofColumn: readonly number[][];
}

interface Group {
  readonly rows: number[];
  readonly columns: number[];
}

/** Splits the problem where nothing is alike: a crowd is many small problems, not one of its size cubed. */
function groups({ ofRow, ofColumn }: Links): Group[] {
  const seenRows = new Uint8Array(ofRow.length);
  const seenColumns = new Uint8Array(ofColumn.length);
  const found: Group[] = [];
  for (const [first, reached] of ofRow.entries()) {
    if (seenRows[first] || reached.length === 0) continue;
    const group: Group = { rows: [first], columns: [] };
    seenRows[first] = 1;
    // Grows while it is walked.
    for (const row of group.rows) {
      for (const column of ofRow[row]!) {
        if (seenColumns[column]) continue;
        seenColumns[column] = 1;
        group.columns.push(column);
        for (const other of ofColumn[column]!) {
          if (seenRows[other]) continue;
          seenRows[other] = 1;
          group.rows.push(other);
        }
      }
    }
    group.rows.sort((a, b) => a - b);
    group.columns.sort((a, b) => a - b);
    found.push(group);
  }
  return found;
}

function bestOf(
  { rows, columns }: Group,
  likenessOf: (row: number, column: number) => number,
): [number, number][] {
  // The most frequent case by far needs no search.
  if (rows.length === 1 && columns.length === 1) return [[rows[0]!, columns[0]!]];
  const flipped = rows.length > columns.length;
  const [fewer, more] = flipped ? [columns, rows] : [rows, columns];
  const costs = fewer.map((few) => {
    const line = new Float64Array(more.length);
    for (const [at, many] of more.entries()) {
      line[at] = 1 - (flipped ? likenessOf(many, few) : likenessOf(few, many));
    }
    return line;
  });
  return [...leastCost(costs)].flatMap((chosen, index): [number, number][] => {
    if (costs[index]![chosen] === 1) return [];
    const [few, many] = [fewer[index]!, more[chosen]!];
    return [flipped ? [many, few] : [few, many]];
  });
}
