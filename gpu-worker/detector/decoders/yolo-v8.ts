import type { ModelInput } from "../../../contracts/model.ts";
import { addCandidate, addCorners } from "../boxes.ts";
import { notANumber, wrongShape, type Decoder } from "./decoder.ts";

/** One picture's table of scores, and how far its neighbours lie apart in memory. */
interface Scores {
  /** The scores' bits: those of floats that are not negative order as the floats do, and are cheaper to compare. */
  readonly bits: Int32Array;
  /** Of the first class's score of the first anchor. */
  readonly start: number;
  readonly anchors: number;
  readonly classCount: number;
  readonly perAnchor: number;
  readonly perChannel: number;
}

/**
 * The Ultralytics v8, 11 and 12 export, B × (4 + classes) × A, or the same transposed: centre and size, in pixels of
 * the input or normalised, then one score per class, 0–1, no objectness; a box has its best class. In LibreYOLO's
 * exports corners stand in place of centre and size.
 */
export function yoloV8(
  {
    units,
    format,
  }: { readonly units: "pixels" | "normalised"; readonly format: "cxcywh" | "xyxy" },
  input: Pick<ModelInput, "width" | "height">,
  classCount: number,
): Decoder {
  const width = 4 + classCount;
  const [unitX, unitY] = units === "pixels" ? [1, 1] : [input.width, input.height];
  // Kept between frames: the best class of each anchor and the bits of its score.
  let best = new Int32Array(0);
  let bestBits = new Int32Array(0);
  const floor = new Float32Array(1);
  const floorBits = new Int32Array(floor.buffer);

  return ({ predictions }, picture, { scoreMin, scoreMinAny }, into) => {
    const { data, dims } = predictions![0]!;
    const channelsFirst = dims[1] === width;
    if (dims.length !== 3 || picture >= dims[0]! || (!channelsFirst && dims[2] !== width)) {
      throw wrongShape(dims, `B×${width}×A`);
    }
    const anchors = channelsFirst ? dims[2]! : dims[1]!;
    const start = picture * anchors * width;
    const [perAnchor, perChannel] = channelsFirst ? [1, anchors] : [width, 1];
    if (best.length !== anchors) {
      best = new Int32Array(anchors);
      bestBits = new Int32Array(anchors);
    }
    const bits = new Int32Array(data.buffer, data.byteOffset, data.length);
    const table = { bits, start: start + 4 * perChannel, anchors, classCount };
    floor[0] = Math.max(0, scoreMinAny);
    const least = floorBits[0]!;
    bestBits.fill(-1);
    const find = channelsFirst ? bestByClass : bestByAnchor;
    find({ ...table, perAnchor, perChannel }, least, best, bestBits);

    into.count = 0;
    for (let anchor = 0; anchor < anchors; anchor++) {
      if (bestBits[anchor]! < 0) continue;
      const classId = best[anchor]!;
      const score = data[start + anchor * perAnchor + (4 + classId) * perChannel]!;
      if (score < scoreMin[classId]!) continue;

      const at = start + anchor * perAnchor;
      const one = data[at]! * unitX;
      const two = data[at + perChannel]! * unitY;
      const three = data[at + 2 * perChannel]! * unitX;
      const four = data[at + 3 * perChannel]! * unitY;
      if (!Number.isFinite(one + two + three + four + score)) throw notANumber(anchor);
      if (format === "cxcywh") addCandidate(into, one, two, three, four, score, classId);
      else addCorners(into, one, two, three, four, score, classId);
    }
  };
}

/**
 * Walks scores of B × classes × A in the order in which they lie in memory. Hardly any reaches the floor; what is no
 * number has greater bits than any number, so it is found with the best.
 */
function bestByClass(
  { bits, start, anchors, classCount, perChannel }: Scores,
  least: number,
  best: Int32Array,
  bestBits: Int32Array,
): void {
  for (let classId = 0; classId < classCount; classId++) {
    const at = start + classId * perChannel;
    for (let anchor = 0; anchor < anchors; anchor++) {
      const score = bits[at + anchor]!;
      if (score < least) continue;
      if (score > bestBits[anchor]!) {
        bestBits[anchor] = score;
        best[anchor] = classId;
      }
    }
  }
}

/** The same for scores of B × A × classes. */
function bestByAnchor(
  { bits, start, anchors, classCount, perAnchor }: Scores,
  least: number,
  best: Int32Array,
  bestBits: Int32Array,
): void {
  for (let anchor = 0, at = start; anchor < anchors; anchor++, at += perAnchor) {
    for (let classId = 0; classId < classCount; classId++) {
      const score = bits[at + classId]!;
      if (score < least) continue;
      if (score > bestBits[anchor]!) {
        bestBits[anchor] = score;
        best[anchor] = classId;
      }
    }
  }
}
