import type { ModelInput } from "../../../contracts/model.ts";
import type { ModelOutput } from "../../../contracts/model-output.ts";
import { addCandidate, addCorners } from "../boxes.ts";
import { classIdOf, countOf } from "./class-id.ts";
import {
  BadOutput,
  noBatch,
  notANumber,
  wrongShape,
  type Decoder,
  type OutputTensor,
} from "./decoder.ts";

type Output = Extract<ModelOutput, { decoder: "rows" }>;

/**
 * Finished detections, one per row: B × N × columns, or N × columns of all pictures, told apart by a column for the
 * batch or by `count`, else of the only picture. Corners, or centre and size, in pixels of the input or normalised,
 * scores 0–1. Rows of score 0, of a class below `class_offset` or beyond `count` are padding.
 */
export function rows(
  { columns, units, class_offset: offset }: Pick<Output, "columns" | "units" | "class_offset">,
  input: Pick<ModelInput, "width" | "height">,
  classCount: number,
): Decoder {
  const column = (name: Output["columns"][number]): number => columns.indexOf(name);
  const isCentred = columns.includes("cx");
  const box = isCentred ? (["cx", "cy", "w", "h"] as const) : (["x1", "y1", "x2", "y2"] as const);
  const atBox = box.map(column) as [number, number, number, number];
  const [atScore, atClass, atBatch] = [column("score"), column("class"), column("batch")];
  if (Math.min(...atBox, atScore) < 0 || (atClass < 0 && classCount > 1)) {
    throw new BadOutput(`The manifest's columns must name ${box.join(", ")}, score and class.`);
  }
  const add = isCentred ? addCandidate : addCorners;
  const width = columns.length;
  const [unitX, unitY] = units === "pixels" ? [1, 1] : [input.width, input.height];

  return ({ rows, count }, picture, { scoreMin, scoreMinAny }, into) => {
    const tensor = rows![0]!;
    const { data, dims } = tensor;
    if ((dims.length !== 2 && dims.length !== 3) || dims.at(-1) !== width) {
      throw wrongShape(dims, `B×N×${width} or N×${width}`);
    }
    if (dims.length === 3 && picture >= dims[0]!) {
      throw wrongShape(dims, `${picture + 1}×N×${width} or more`);
    }
    const { first, last } = rangeOf(tensor, count?.[0], picture, atBatch >= 0);

    into.count = 0;
    for (let row = first, at = first * width; row < last; row++, at += width) {
      if (dims.length === 2 && atBatch >= 0 && data[at + atBatch] !== picture) continue;
      const score = data[at + atScore]!;
      if (score < scoreMinAny || score <= 0) continue;
      const classId = atClass < 0 ? 0 : classIdOf(data[at + atClass]!, offset, classCount);
      if (classId < 0 || score < scoreMin[classId]!) continue;

      const a = data[at + atBox[0]]! * unitX;
      const b = data[at + atBox[1]]! * unitY;
      const c = data[at + atBox[2]]! * unitX;
      const d = data[at + atBox[3]]! * unitY;
      if (!Number.isFinite(a + b + c + d + score)) throw notANumber(row);
      add(into, a, b, c, d, score, classId);
    }
  };
}

/** The rows of one picture; all of them, where each says to which it belongs. */
function rangeOf(
  { dims }: OutputTensor,
  count: OutputTensor | undefined,
  picture: number,
  batchColumn: boolean,
): { readonly first: number; readonly last: number } {
  if (dims.length === 3) {
    const [, perPicture] = dims as [number, number, number];
    const first = picture * perPicture;
    return { first, last: first + (count ? countOf(count.data[picture], perPicture) : perPicture) };
  }
  const total = dims[0]!;
  if (batchColumn) return { first: 0, last: count ? countOf(sumOf(count), total) : total };
  if (!count) {
    if (picture > 0) throw noBatch(dims);
    return { first: 0, last: total };
  }
  // The pictures' rows lie one after the other.
  const first = countOf(sumOf(count, picture), total);
  return { first, last: first + countOf(count.data[picture], total - first) };
}

function sumOf({ data }: OutputTensor, end = data.length): number {
  let sum = 0;
  for (let index = 0; index < end; index++) sum += data[index]!;
  return sum;
}
