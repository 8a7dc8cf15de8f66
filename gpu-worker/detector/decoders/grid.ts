import type { ModelInput } from "../../../contracts/model.ts";
import { wrongShape, type OutputTensor } from "./decoder.ts";

/** The cells of one level of a head, row by row. */
export interface Level {
  /** Pixels of the input per cell. */
  readonly stride: number;
  readonly columns: number;
  readonly rows: number;
}

/** The levels of a head whose maps cover the whole input, a last incomplete cell included. */
export const levelsOf = (
  strides: readonly number[],
  { width, height }: Pick<ModelInput, "width" | "height">,
): readonly Level[] =>
  strides.map((stride) => ({
    stride,
    columns: Math.ceil(width / stride),
    rows: Math.ceil(height / stride),
  }));

/**
 * Where one picture's numbers begin in a level's tensor of B × anchors × width, or of anchors × width, in which older
 * exporters leave out the batch.
 */
export function startOf(
  { data, dims }: OutputTensor,
  anchors: number,
  width: number,
  picture: number,
): number {
  const start = picture * anchors * width;
  const fits =
    dims.at(-1) === width && dims.at(-2) === anchors && (dims.length === 3 || dims.length === 2);
  if (!fits || data.length < start + anchors * width) {
    throw wrongShape(dims, `B×${anchors}×${width}`);
  }
  return start;
}
