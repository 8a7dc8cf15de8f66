import type { DetectionTable } from "./detection-table.ts";

/** What of the stored detections is shown. Scores move in steps of a twentieth, as timeline.json counts them. */
export interface Filter {
  readonly scoreMin: number;
  /** Class ids that are switched off. */
  readonly hidden: ReadonlySet<number>;
}

export const scoreStep = 0.05;

/** The nearest score of the scale, within 0 and 1. */
export const onScale = (score: number): number =>
  Math.min(20, Math.max(0, Math.round(score / scoreStep))) / 20;

// Scores are kept as float32, in which 0.35 is a little less than 0.35.
const rounding = 1e-6;

export type Seen = "shown" | "faint" | "hidden";

/** A detection below the score is faint; one of a class that is switched off is hidden. */
export function seen(table: DetectionTable, row: number, { scoreMin, hidden }: Filter): Seen {
  if (hidden.has(table.classId[row]!)) return "hidden";
  return table.score[row]! >= scoreMin - rounding ? "shown" : "faint";
}

/** Rows of one frame that are to be seen so, best score first. */
export function rowsOf(
  table: DetectionTable,
  frame: number,
  filter: Filter,
  wanted: Seen = "shown",
): number[] {
  const rows: number[] = [];
  if (frame < 0) return rows;
  for (let row = table.first[frame]!; row < table.first[frame + 1]!; row++) {
    if (seen(table, row, filter) === wanted) rows.push(row);
  }
  return rows.sort((a, b) => table.score[b]! - table.score[a]!);
}

/**
 * The nearest frame before or after `from` on which something is shown, of the track `followed` unless that is 0; `from`
 * itself where there is none.
 */
export function nextFrameWithObjects(
  table: DetectionTable,
  from: number,
  direction: 1 | -1,
  filter: Filter,
  followed = 0,
): number {
  for (let frame = from + direction; frame >= 0 && frame < table.frames; frame += direction) {
    for (let row = table.first[frame]!; row < table.first[frame + 1]!; row++) {
      if (followed > 0 && table.trackId[row] !== followed) continue;
      if (seen(table, row, filter) === "shown") return frame;
    }
  }
  return from;
}
