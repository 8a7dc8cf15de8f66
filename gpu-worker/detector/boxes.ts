/** Candidates of one frame, column by column; boxes in pixels of the model's input. */
export interface Candidates {
  count: number;
  x1: Float32Array;
  y1: Float32Array;
  x2: Float32Array;
  y2: Float32Array;
  score: Float32Array;
  classId: Int32Array;
}

/** Room for so many candidates; it grows where more come, and is kept from frame to frame. */
export const candidatesFor = (expected: number): Candidates => ({
  count: 0,
  x1: new Float32Array(expected),
  y1: new Float32Array(expected),
  x2: new Float32Array(expected),
  y2: new Float32Array(expected),
  score: new Float32Array(expected),
  classId: new Int32Array(expected),
});

/** Adds a box given by its centre and size, unless it has no area. */
export function addCandidate(
  into: Candidates,
  centreX: number,
  centreY: number,
  width: number,
  height: number,
  score: number,
  classId: number,
): void {
  const right = centreX + width / 2;
  const bottom = centreY + height / 2;
  addCorners(into, centreX - width / 2, centreY - height / 2, right, bottom, score, classId);
}

/** Adds a box given by its corners, unless it has no area: there is nothing to show of it. */
export function addCorners(
  into: Candidates,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  score: number,
  classId: number,
): void {
  if (!(x2 > x1 && y2 > y1)) return;
  const at = into.count++;
  if (at >= into.score.length) grow(into);
  into.x1[at] = x1;
  into.y1[at] = y1;
  into.x2[at] = x2;
  into.y2[at] = y2;
  into.score[at] = score;
  into.classId[at] = classId;
}

function grow(into: Candidates): void {
  const larger = candidatesFor(Math.max(64, into.score.length * 2));
  for (const column of ["x1", "y1", "x2", "y2", "score"] as const) {
    larger[column].set(into[column]);
    into[column] = larger[column];
  }
  larger.classId.set(into.classId);
  into.classId = larger.classId;
}
