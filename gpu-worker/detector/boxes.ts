/** Candidates of one frame, column by column; boxes in pixels of the model's input. */
export interface Candidates {
  count: number;
  readonly x1: Float32Array;
  readonly y1: Float32Array;
  readonly x2: Float32Array;
  readonly y2: Float32Array;
  readonly score: Float32Array;
  readonly classId: Int32Array;
}

export const candidatesFor = (anchors: number): Candidates => ({
  count: 0,
  x1: new Float32Array(anchors),
  y1: new Float32Array(anchors),
  x2: new Float32Array(anchors),
  y2: new Float32Array(anchors),
  score: new Float32Array(anchors),
  classId: new Int32Array(anchors),
});

/** Adds a box given by its centre and size. */
export function addCandidate(
  into: Candidates,
  centreX: number,
  centreY: number,
  width: number,
  height: number,
  score: number,
  classId: number,
): void {
  const at = into.count++;
  into.x1[at] = centreX - width / 2;
  into.y1[at] = centreY - height / 2;
  into.x2[at] = centreX + width / 2;
  into.y2[at] = centreY + height / 2;
  into.score[at] = score;
  into.classId[at] = classId;
}
