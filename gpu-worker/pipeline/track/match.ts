import type { Detection } from "../../../contracts/detection.ts";
import { leastCost } from "./assignment.ts";
import { overlap } from "./overlap.ts";

type Boxed = { readonly class_id: number; readonly box: Detection["box"] };

/** Pairs predictions with detections of their class by the most overlap in sum: [prediction, detection] positions. */
export function match(
  predictions: readonly Boxed[],
  detections: readonly Boxed[],
  overlapMin: number,
): [number, number][] {
  const pairs: [number, number][] = [];
  for (const group of groups(predictions, detections, overlapMin)) {
    const flipped = group.predictions.length > group.detections.length;
    const [rows, columns] = flipped
      ? [group.detections, group.predictions]
      : [group.predictions, group.detections];
    const overlapAt = (row: number, column: number) => {
      const [prediction, detection] = flipped ? [column, row] : [row, column];
      return overlapOf(predictions[prediction]!, detections[detection]!);
    };
    const costs = rows.map((row) =>
      Float64Array.from(columns, (column) => 1 - overlapAt(row, column)),
    );
    for (const [index, chosen] of leastCost(costs).entries()) {
      const [row, column] = [rows[index]!, columns[chosen]!];
      if (overlapAt(row, column) < overlapMin) continue;
      pairs.push(flipped ? [column, row] : [row, column]);
    }
  }
  return pairs;
}

const overlapOf = (a: Boxed, b: Boxed): number =>
  a.class_id === b.class_id ? overlap(a.box, b.box) : 0;

/** Splits the problem where nothing touches: a crowd is many small problems, not one of its size cubed. */
function groups(
  predictions: readonly Boxed[],
  detections: readonly Boxed[],
  overlapMin: number,
): { predictions: number[]; detections: number[] }[] {
  const touching = predictions.map((prediction) =>
    detections.flatMap((detection, at) =>
      overlapOf(prediction, detection) >= overlapMin ? [at] : [],
    ),
  );
  const touchedBy = detections.map((_, at) =>
    touching.flatMap((reached, prediction) => (reached.includes(at) ? [prediction] : [])),
  );
  const seen = new Set<number>();
  const found: { predictions: number[]; detections: number[] }[] = [];

  for (const [first, reached] of touching.entries()) {
    if (seen.has(first) || reached.length === 0) continue;
    const group = { predictions: [first], detections: new Set<number>() };
    seen.add(first);
    // Grows while it is walked.
    for (const prediction of group.predictions) {
      for (const detection of touching[prediction]!) {
        group.detections.add(detection);
        for (const other of touchedBy[detection]!) {
          if (seen.has(other)) continue;
          seen.add(other);
          group.predictions.push(other);
        }
      }
    }
    found.push({
      predictions: group.predictions.sort((a, b) => a - b),
      detections: [...group.detections].sort((a, b) => a - b),
    });
  }
  return found;
}
