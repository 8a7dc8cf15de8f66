import type { Candidates } from "../boxes.ts";
import type { OverlapRule } from "../nms.ts";

/** One output of the graph, as float32 whatever its type there is, for all pictures of a run. */
export interface OutputTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/**
 * The outputs by the part that they play in the manifest, one per level where a part has levels. `anchors`: the numbers of
 * those anchors that `predictions` holds, where the graph has left the others out.
 */
export type OutputTensors = Readonly<Partial<Record<string, readonly OutputTensor[]>>>;

/** Which candidates are worth keeping. */
export interface Floors {
  /** Least score of each class, 0–1; Infinity for a class that is not asked for. */
  readonly scoreMin: Float32Array;
  /** The least of them: below it no candidate needs a look at its class. */
  readonly scoreMinAny: number;
  /** What becomes of boxes that overlap, where the job wants it otherwise than the manifest. */
  readonly overlap?: OverlapRule;
}

/** Nothing is worth keeping: for a run whose answer nobody needs. */
export const noFloors = (classCount: number): Floors => ({
  scoreMin: new Float32Array(classCount).fill(Infinity),
  scoreMinAny: Infinity,
});

/**
 * Reads one picture's share of the output tensors into candidates at or above their class's floor, boxes in pixels of
 * the input. Throws `BadOutput` where the tensors are not as promised.
 */
export type Decoder = (
  tensors: OutputTensors,
  /** Position of the picture in the batch, from 0. */
  picture: number,
  floors: Floors,
  into: Candidates,
) => void;

/** The model's answer is none: not a number, or of another shape than its manifest says. */
export class BadOutput extends Error {
  override readonly name = "BadOutput";
}

/** Names the shape that came and the one that the manifest means. */
export const wrongShape = (dims: readonly number[], meant: string): BadOutput =>
  new BadOutput(
    `The output is ${dims.join("×") || "a single number"}; the manifest means ${meant}.`,
  );

/** An output that has no dimension for the batch holds the first picture only. */
export const noBatch = (dims: readonly number[]): BadOutput =>
  new BadOutput(`The output is ${dims.join("×")}, without a batch, but several pictures were run.`);

/** A value that is not finite where a box or a score should be. */
export const notANumber = (anchor?: number): BadOutput => {
  const where = anchor === undefined ? "" : `, at anchor ${anchor}`;
  return new BadOutput(`The model's output holds values that are not numbers${where}.`);
};
