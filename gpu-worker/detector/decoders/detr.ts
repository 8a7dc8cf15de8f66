import type { ModelInput } from "../../../contracts/model.ts";
import type { ModelOutput } from "../../../contracts/model-output.ts";
import { addCandidate, type Candidates } from "../boxes.ts";
import { notANumber, wrongShape, type Decoder, type Floors, type OutputTensor } from "./decoder.ts";

type Output = Extract<ModelOutput, { decoder: "detr" }>;

/** One picture's logits: `queries` rows of `width`, from `start` on; the classes begin at column `offset`. */
interface Logits {
  readonly data: Float32Array;
  readonly start: number;
  readonly queries: number;
  readonly width: number;
  readonly offset: number;
  readonly classCount: number;
}

type Found = (query: number, score: number, classId: number) => void;

/**
 * DETR's heads: logits B × N × columns and boxes B × N × 4, centre and size, normalised. `softmax`: over
 * class_offset + classes + 1 columns, the last is "no object", a query has its best class (`post_process_object_detection`
 * of Hugging Face's DETR). `sigmoid`: class_offset + classes columns, or one more that is no class; every (query, class)
 * is a candidate (the same of RT-DETR, and RF-DETR's `PostProcess`).
 */
export function detr(
  { activation, class_offset: offset }: Pick<Output, "activation" | "class_offset">,
  input: Pick<ModelInput, "width" | "height">,
  classCount: number,
): Decoder {
  const known = offset + classCount;
  const widths = activation === "softmax" ? [known + 1] : [known, known + 1];
  const find = activation === "softmax" ? softmaxed : sigmoided;

  return (tensors, picture, floors, into) => {
    const { data, dims } = tensors["logits"]![0]!;
    const boxes = tensors["boxes"]![0]!;
    const [, queries, width] = dims;
    if (dims.length !== 3 || picture >= dims[0]! || !widths.includes(width!)) {
      throw wrongShape(dims, `B×N×${widths.join(" or ")}`);
    }
    expectBoxes(boxes, dims[0]!, queries!);
    const start = picture * queries! * width!;
    const first = picture * queries! * 4;

    into.count = 0;
    find({ data, start, queries: queries!, width: width!, offset, classCount }, floors, add);

    function add(query: number, score: number, classId: number): void {
      addNormalised(into, boxes.data, first + query * 4, input, score, classId);
    }
  };
}

function expectBoxes({ dims }: OutputTensor, pictures: number, queries: number): void {
  if (dims.length === 3 && dims[0] === pictures && dims[1] === queries && dims[2] === 4) return;
  throw wrongShape(dims, `${pictures}×${queries}×4`);
}

function addNormalised(
  into: Candidates,
  data: Float32Array,
  at: number,
  { width, height }: Pick<ModelInput, "width" | "height">,
  score: number,
  classId: number,
): void {
  const x = data[at]! * width;
  const y = data[at + 1]! * height;
  const boxWidth = data[at + 2]! * width;
  const boxHeight = data[at + 3]! * height;
  if (!Number.isFinite(x + y + boxWidth + boxHeight)) throw notANumber(at / 4);
  addCandidate(into, x, y, boxWidth, boxHeight, score, classId);
}

function sigmoided(
  { data, start, queries, width, offset, classCount }: Logits,
  { scoreMin, scoreMinAny }: Floors,
  found: Found,
): void {
  // A logit this low stays below every floor: no exponential for the many that do. The rest is rounding's.
  const least = Math.log(scoreMinAny / (1 - scoreMinAny)) - 1e-3;
  const hopeless = scoreMinAny >= 1 ? Infinity : least;
  for (let query = 0, row = start + offset; query < queries; query++, row += width) {
    for (let classId = 0; classId < classCount; classId++) {
      const logit = data[row + classId]!;
      if (logit < hopeless) continue;
      if (Number.isNaN(logit) || logit === Infinity) throw notANumber(query);
      const score = 1 / (1 + Math.exp(-logit));
      if (score >= scoreMin[classId]!) found(query, score, classId);
    }
  }
}

function softmaxed(
  { data, start, queries, width, offset, classCount }: Logits,
  { scoreMin }: Floors,
  found: Found,
): void {
  for (let query = 0, row = start; query < queries; query++, row += width) {
    let best = 0;
    let bestLogit = -Infinity;
    for (let classId = 0; classId < classCount; classId++) {
      const logit = data[row + offset + classId]!;
      if (logit > bestLogit) [best, bestLogit] = [classId, logit];
    }
    // Relative to the best class, so that no exponential overflows but where the score is 0 anyway.
    let sum = 0;
    for (let column = 0; column < width; column++) sum += Math.exp(data[row + column]! - bestLogit);
    if (Number.isNaN(sum)) throw notANumber(query);
    const score = 1 / sum;
    if (score >= scoreMin[best]!) found(query, score, best);
  }
}
