import type { Selection } from "../decode/selection.ts";
import { key } from "../probe/packet-table.ts";
import { whyNotDivisible, type Divided } from "./divisible.ts";
import { ptsSha256 } from "./pts-sha256.ts";
import type { CutSegment } from "./segment.ts";

/** How large the parts are to be. */
export interface CutSize {
  /** Selected frames of one segment, about. */
  readonly framesTarget: number;
  /** Where that makes more segments than so many, they are longer. */
  readonly segmentsMax: number;
}

export interface Cut {
  /** They tile the frames of the selection's range, first to last; one at least. */
  readonly segments: readonly [CutSegment, ...CutSegment[]];
  /** Why a video that is long enough stays in one piece: a sentence. */
  readonly undivided: string | undefined;
}

/**
 * Cuts the selection's range at key frames, the same way each time: no segment is shorter than half the target, none is
 * longer than it must be for its key frames. A video that cannot be cut exactly is one segment. The range must hold a frame.
 */
export function cutSegments(video: Divided, selection: Selection, size: CutSize): Cut {
  const range = rangeOf(video, selection);
  const why = whyNotDivisible(video);
  const cuts = why ? [] : cutsOf(range, size);
  const isLong = range.framesTo(range.to) >= 2 * size.framesTarget;
  const sparse = isLong && size.segmentsMax > 1 ? "It has too few key frames." : undefined;
  return {
    segments: segmentsOf(range, cuts),
    undivided: cuts.length > 0 ? undefined : (why ?? sparse),
  };
}

/** The selection's range in one piece, for this reason. */
export const inOnePiece = (video: Divided, selection: Selection, why: string): Cut => ({
  segments: segmentsOf(rangeOf(video, selection), []),
  undivided: why,
});

interface Range {
  readonly from: number;
  readonly to: number;
  readonly pts: Float64Array;
  readonly roles: Uint8Array;
  /** Selected frames of the range ahead of a position. */
  readonly framesTo: (position: number) => number;
}

function rangeOf({ packets: { pts, roles } }: Divided, selection: Selection): Range {
  const chosen = selection.chooser();
  const frames = new Float64Array(pts.length + 1);
  for (const [n, time] of pts.entries()) frames[n + 1] = frames[n]! + (chosen(n, time) ? 1 : 0);
  return {
    from: pts.findIndex((time) => time >= selection.fromPts),
    to: pts.findLastIndex((time) => time < selection.toPts) + 1,
    pts,
    roles,
    framesTo: (position) => frames[position]!,
  };
}

function segmentsOf({ from, to, pts, framesTo }: Range, cuts: readonly number[]): Cut["segments"] {
  const segmentOf = (start: number, end: number, index: number): CutSegment => ({
    index,
    fromPts: pts[start]!,
    toPts: end === to ? pts[end - 1]! + 1 : pts[end]!,
    from: start,
    to: end,
    packets: end - start,
    framesTotal: framesTo(end) - framesTo(start),
    ptsSha256: ptsSha256(pts.subarray(start, end)),
  });
  const [second = to] = cuts;
  const later = cuts.map((start, at) => segmentOf(start, cuts[at + 1] ?? to, at + 1));
  return [segmentOf(from, second, 0), ...later];
}

/** Positions of the key frames at which segments begin, but for the first. */
function cutsOf(range: Range, { framesTarget, segmentsMax }: CutSize): number[] {
  const { from, to, roles } = range;
  const cuts: number[] = [];
  let start = from;
  let previous = -1;
  const framesTo = (end: number) => range.framesTo(end) - range.framesTo(start);
  const begin = (at: number) => {
    cuts.push(at);
    [start, previous] = [at, -1];
  };
  for (let at = from + 1; at < to; at++) {
    if (roles[at] !== key) continue;
    // Which of the two key frames around the target is nearer to it?
    const over = framesTo(at) - framesTarget;
    if (over > 0 && previous !== -1 && framesTarget - framesTo(previous) <= over) begin(previous);
    if (framesTo(at) >= framesTarget) begin(at);
    else if (2 * framesTo(at) >= framesTarget) previous = at;
  }
  if (previous !== -1 && framesTo(to) > 1.5 * framesTarget) begin(previous);
  if (cuts.length > 0 && 2 * framesTo(to) < framesTarget) cuts.pop();

  const segments = cuts.length + 1;
  if (segments <= segmentsMax) return cuts;
  // Where GOPs are longer than the target the number does not follow it: steps are not to become tiny.
  const larger = Math.max(segments / segmentsMax, 1.25) * framesTarget;
  return cutsOf(range, { framesTarget: larger, segmentsMax });
}
