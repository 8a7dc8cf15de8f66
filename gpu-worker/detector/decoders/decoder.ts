import type { Candidates } from "../boxes.ts";

/** Reads one frame's output tensor into candidates at or above the floor. Throws where the tensor is not as promised. */
export type Decoder = (
  output: { readonly data: Float32Array; readonly dims: readonly number[] },
  filter: {
    readonly scoreMin: number;
    /** One entry per class: whether it is asked for. */
    readonly wanted: Uint8Array;
  },
  into: Candidates,
) => void;

/** The model's answer is none: not a number, or of another shape than its manifest says. */
export class BadOutput extends Error {
  override readonly name = "BadOutput";
}

export const notANumber = (anchor: number): BadOutput =>
  new BadOutput(`The model's output holds values that are not numbers, at anchor ${anchor}.`);
