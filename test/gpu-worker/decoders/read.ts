import { candidatesFor } from "../../../gpu-worker/detector/boxes.ts";
import type { Decoder, OutputTensor } from "../../../gpu-worker/detector/decoders/decoder.ts";

/** A tensor of these numbers. */
export const tensor = (dims: readonly number[], values: readonly number[]): OutputTensor => ({
  data: Float32Array.from(values),
  dims,
});

/** What a decoder finds in one picture, as rows; by default every class from 0.3 on. */
export function found(
  decoder: Decoder,
  tensors: Readonly<Record<string, OutputTensor | readonly OutputTensor[]>>,
  { picture = 0, scoreMin = [0.3, 0.3] }: { picture?: number; scoreMin?: readonly number[] } = {},
) {
  const into = candidatesFor(0);
  const byPart = Object.fromEntries(
    Object.entries(tensors).map(([part, given]) => [part, [given].flat()]),
  ) as Record<string, OutputTensor[]>;
  const floors = { scoreMin: Float32Array.from(scoreMin), scoreMinAny: Math.min(...scoreMin) };
  decoder(byPart, picture, floors, into);

  const { count, x1, y1, x2, y2, score, classId } = into;
  return Array.from({ length: count }, (_, at) => ({
    box: [x1[at]!, y1[at]!, x2[at]!, y2[at]!].map((value) => Math.round(value * 1000) / 1000 + 0),
    score: Math.round(score[at]! * 1e5) / 1e5,
    class_id: classId[at]!,
  }));
}
