import type { ModelInput } from "../../../contracts/model.ts";
import type { ModelOutput } from "../../../contracts/model-output.ts";
import { addCandidate, addCorners, type Candidates } from "../boxes.ts";
import { classIdOf, countOf } from "./class-id.ts";
import { noBatch, notANumber, wrongShape, type Decoder, type OutputTensor } from "./decoder.ts";

type Output = Extract<ModelOutput, { decoder: "boxes" }>;

/** Where one picture's rows lie in the tensor of boxes. */
interface Share {
  readonly first: number;
  readonly last: number;
  readonly rowWidth: 4 | 5;
}

/**
 * Boxes, scores and classes in tensors of their own: boxes (B ×) N × 4 in the manifest's format and units, or N × 5 with
 * the score last; scores (B ×) N, or N × (class_offset + classes), of which the best class counts; class ids (B ×) N. An
 * extra dimension of 1 does not matter. Rows of score 0, of a class below `class_offset` or beyond `count` are
 * padding.
 */
export function boxes(
  { format, units, class_offset: offset }: Pick<Output, "format" | "units" | "class_offset">,
  input: Pick<ModelInput, "width" | "height">,
  classCount: number,
): Decoder {
  const [unitX, unitY] = units === "pixels" ? [1, 1] : [input.width, input.height];
  const add = adderOf(format);

  return ({ boxes, scores, classes, count }, picture, floors, into) => {
    const tensor = boxes![0]!;
    const { data } = tensor;
    const { first, last, rowWidth } = shareOf(tensor, count?.[0], picture);
    const total = data.length / rowWidth;
    const scoreOf = scores?.[0];
    const classOf = classes?.[0];
    const columns = offset + classCount;
    if (classOf) expectLength(classOf, total, 1);
    if (scoreOf) expectLength(scoreOf, total, classOf ? 1 : columns);
    if (!scoreOf && rowWidth !== 5) throw wrongShape(tensor.dims, "B×N×5, the score last");

    into.count = 0;
    for (let row = first; row < last; row++) {
      let classId = 0;
      let score: number;
      if (scoreOf && !classOf) {
        classId = bestClass(scoreOf.data, row, columns, offset, floors.scoreMinAny);
        if (classId < 0) continue;
        score = scoreOf.data[row * columns + offset + classId]!;
      } else {
        score = scoreOf ? scoreOf.data[row]! : data[row * rowWidth + 4]!;
        if (score < floors.scoreMinAny || score <= 0) continue;
        if (classOf) classId = classIdOf(classOf.data[row]!, offset, classCount);
        if (classId < 0) continue;
      }
      if (score < floors.scoreMin[classId]! || score <= 0) continue;

      const at = row * rowWidth;
      const [a, b, c, d] = [data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!];
      if (!Number.isFinite(a + b + c + d + score)) throw notANumber(row);
      add(into, a, b, c, d, unitX, unitY, score, classId);
    }
  };
}

function shareOf(
  { data, dims }: OutputTensor,
  count: OutputTensor | undefined,
  picture: number,
): Share {
  const rowWidth = dims.at(-1);
  if (dims.length < 2 || (rowWidth !== 4 && rowWidth !== 5)) {
    throw wrongShape(dims, "B×N×4, N×4, B×N×5 or N×5");
  }
  if (dims.length === 2 && picture > 0) throw noBatch(dims);
  const pictures = dims.length === 2 ? 1 : dims[0]!;
  if (picture >= pictures) throw wrongShape(dims, `${picture + 1}×N×${rowWidth} or more`);
  const perPicture = data.length / rowWidth / pictures;
  const first = picture * perPicture;
  const rows = count ? countOf(count.data[picture], perPicture) : perPicture;
  return { first, last: first + rows, rowWidth };
}

function expectLength({ data, dims }: OutputTensor, rows: number, width: number): void {
  if (data.length !== rows * width) throw wrongShape(dims, `${width} for each of ${rows} boxes`);
}

/** The best class of a row, −1 where none reaches the least floor; NaN is an error. */
function bestClass(
  data: Float32Array,
  row: number,
  columns: number,
  offset: number,
  scoreMinAny: number,
): number {
  let best = -1;
  let bestScore = 0;
  const start = row * columns;
  for (let column = offset; column < columns; column++) {
    const score = data[start + column]!;
    if (score < scoreMinAny) continue;
    if (Number.isNaN(score)) throw notANumber(row);
    if (score > bestScore) [best, bestScore] = [column - offset, score];
  }
  return best;
}

type Add = (
  into: Candidates,
  a: number,
  b: number,
  c: number,
  d: number,
  unitX: number,
  unitY: number,
  score: number,
  classId: number,
) => void;

function adderOf(format: Output["format"]): Add {
  const corners: Add = (into, x1, y1, x2, y2, unitX, unitY, score, classId) =>
    addCorners(into, x1 * unitX, y1 * unitY, x2 * unitX, y2 * unitY, score, classId);
  if (format === "xyxy") return corners;
  if (format === "yxyx") {
    return (into, y1, x1, y2, x2, unitX, unitY, score, classId) =>
      corners(into, x1, y1, x2, y2, unitX, unitY, score, classId);
  }
  return (into, x, y, width, height, unitX, unitY, score, classId) =>
    addCandidate(into, x * unitX, y * unitY, width * unitX, height * unitY, score, classId);
}
