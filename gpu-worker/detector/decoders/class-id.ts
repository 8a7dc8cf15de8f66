import { BadOutput } from "./decoder.ts";

/**
 * The class of the manifest that a graph's own number means: −1 for padding and background (below `offset`). Throws
 * `BadOutput` for a number that is no class, which is what another column order or another list of classes looks like.
 */
export function classIdOf(said: number, offset: number, classCount: number): number {
  const classId = said - offset;
  if (classId < 0) return -1;
  if (!Number.isInteger(classId) || classId >= classCount) {
    throw new BadOutput(
      `The model answers with class ${said}; the manifest means ${offset} to ${offset + classCount - 1}.`,
    );
  }
  return classId;
}

/** How many rows count, where an output says so: a whole number up to `rows`. */
export function countOf(count: number | undefined, rows: number): number {
  if (count !== undefined && Number.isInteger(count) && count >= 0 && count <= rows) return count;
  throw new BadOutput(`The model counts ${count} detections in ${rows} rows.`);
}
