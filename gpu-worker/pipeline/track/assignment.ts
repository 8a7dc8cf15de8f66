/**
 * Pairs rows with columns so that the sum of their costs is least: for each row its column, or -1.
 * The Hungarian method with potentials, O(rows² × columns); needs rows ≤ columns.
 */
export function leastCost(costs: readonly Float64Array[]): Int32Array {
  const rows = costs.length;
  const columns = costs[0]?.length ?? 0;
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  // Row of each column, and the column before it on the path; 0 is none, so all counts from 1.
  const rowOf = new Int32Array(columns + 1);
  const before = new Int32Array(columns + 1);

  for (let row = 1; row <= rows; row++) {
    const least = new Float64Array(columns + 1).fill(Infinity);
    const visited = new Uint8Array(columns + 1);
    let column = 0;
    rowOf[0] = row;

    do {
      visited[column] = 1;
      const current = rowOf[column]!;
      let [delta, next] = [Infinity, 0];
      for (let other = 1; other <= columns; other++) {
        if (visited[other]) continue;
        const reduced =
          costs[current - 1]![other - 1]! - rowPotential[current]! - columnPotential[other]!;
        if (reduced < least[other]!) {
          least[other] = reduced;
          before[other] = column;
        }
        if (least[other]! < delta) [delta, next] = [least[other]!, other];
      }
      for (let other = 0; other <= columns; other++) {
        if (visited[other]) {
          rowPotential[rowOf[other]!]! += delta;
          columnPotential[other]! -= delta;
        } else least[other]! -= delta;
      }
      column = next;
    } while (rowOf[column] !== 0);

    for (; column !== 0; column = before[column]!) rowOf[column] = rowOf[before[column]!]!;
  }

  const columnOf = new Int32Array(rows).fill(-1);
  for (let column = 1; column <= columns; column++) {
    if (rowOf[column]! > 0) columnOf[rowOf[column]! - 1] = column - 1;
  }
  return columnOf;
}
