import type { JobOptions, Sampling } from "../../../contracts/pipeline.ts";
import type { SegmentPlace } from "../cut/segment.ts";
import type { Video } from "../probe/probe.ts";
import type { Clock } from "./timeline.ts";

/** Which frames are analysed: one rule, written once for ffmpeg and once for us, to the same last bit. */
export interface Selection {
  /** Of ffmpeg's `select` filters, one behind the other; none when every frame is taken. */
  readonly expressions: readonly string[];
  /** The rule itself, to be asked frame by frame in the decoder's order. `n` counts them from 0. */
  readonly chooser: () => (n: number, pts: number) => boolean;
  /** Half open, in ticks. */
  readonly fromPts: number;
  readonly toPts: number;
  /**
   * The same frames, of one segment alone, wherever its decoding begins: what the rule remembers of the frames before is
   * taken from the packet table. The selection itself, where the segment is its whole range.
   */
  readonly within: (segment: SegmentPlace) => Selection;
}

interface Range {
  readonly fromPts: number;
  readonly toPts: number;
  readonly includes: (pts: number) => boolean;
  /** The range as factors of ffmpeg's expression: none, where it is the whole video. */
  readonly factors: readonly string[];
}

function rangeOf(fromPts: number, toPts: number): Range {
  const bounds = [
    ...(fromPts > -Infinity ? [`gte(pts,${fromPts})`] : []),
    ...(toPts < Infinity ? [`lt(pts,${toPts})`] : []),
  ];
  return {
    fromPts,
    toPts,
    includes: (pts) => pts >= fromPts && pts < toPts,
    factors: bounds.length > 0 ? [bounds.join("*")] : [],
  };
}

/** The rule that a sampling stands for, over the frames of such a range. */
export function selectionOf(
  sampling: Sampling,
  {
    range: asked,
    clock,
    pts,
  }: { range: JobOptions["time_range"]; clock: Clock; pts: Float64Array },
): Selection {
  const whole = asked
    ? rangeOf(clock.tickAt(asked.start), clock.tickAt(asked.end))
    : rangeOf(-Infinity, Infinity);
  const rule = ruleOf(sampling, { range: whole, clock, pts });

  function over(range: Range, before?: Before): Selection {
    const { fromPts, toPts } = range;
    return { fromPts, toPts, ...rule(range, before), within };
  }
  /** At its edges the range is the asked one, beyond the first and the last frame: gaps may reach there. */
  function within({ from, to, fromPts, toPts }: Parameters<Selection["within"]>[0]): Selection {
    const isFirst = from === 0 || pts[from - 1]! < whole.fromPts;
    const isLast = to === pts.length || pts[to]! >= whole.toPts;
    if (isFirst && isLast) return selection;
    const range = rangeOf(isFirst ? whole.fromPts : fromPts, isLast ? whole.toPts : toPts);
    const lastPts = isFirst ? undefined : pts[from - 1]!;
    return over(range, { frames: from, firstPts: fromPts, lastPts });
  }
  const selection = over(whole);
  return selection;
}

/** What a rule must know of the frames ahead of a segment. */
interface Before {
  /** Of the video, from its first. */
  readonly frames: number;
  /** Of the segment's own first frame. */
  readonly firstPts: number;
  /** Of the one right ahead, where the range holds one. */
  readonly lastPts: number | undefined;
}

type Rule = (range: Range, before?: Before) => Pick<Selection, "expressions" | "chooser">;

function ruleOf(
  sampling: Sampling,
  { range, clock, pts }: { range: Range; clock: Clock; pts: Float64Array },
): Rule {
  if (sampling.mode === "stride") return byStride(sampling.stride);
  if (sampling.mode === "fps") {
    const origin = pts.find(range.includes) ?? 0;
    const cellsPerTick = sampling.fps / clock.ticksPerSecond;
    // A time may be rounded to the tick before the cell that it belongs to; a tick may also be a whole frame (AVI).
    const grace = Math.min(0.5, clock.ticksPerSecond * roundedSeconds);
    return byRate({ origin, cellsPerTick, grace });
  }
  return ({ includes, factors }) => ({
    expressions: factors,
    chooser: () => (_, time) => includes(time),
  });
}

/** Half of the coarsest tick that containers round times to (Matroska's millisecond). */
const roundedSeconds = 0.0005;

/**
 * Every n-th frame, counted from the video's first. A segment's decoding begins somewhere ahead of it, so there the frames
 * within are counted, from the number of its first. Where ffmpeg begins its filters anew in mid-segment they are counted
 * from 0, as in a whole decode: so never fewer are taken than the segment promises.
 */
const byStride =
  (stride: number): Rule =>
  ({ includes, factors }, before) => {
    if (!before) {
      return {
        expressions: [[...factors, `not(mod(n,${stride}))`].join("*")],
        chooser: () => (n, pts) => includes(pts) && n % stride === 0,
      };
    }
    const ahead = before.frames % stride;
    const first = `st(0,if(eq(pts,${before.firstPts}),${ahead},0))`;
    return {
      expressions: [...factors, `not(mod(n+if(eq(n,0),${first},ld(0)),${stride}))`],
      chooser: () => {
        let next: number | undefined;
        return (_, pts) => {
          if (!includes(pts)) return false;
          const n = (next ??= pts === before.firstPts ? ahead : 0);
          next = n + 1;
          return n % stride === 0;
        };
      },
    };
  };

/**
 * Cuts time into cells from the range's first frame on and takes the first frame of each: uneven times neither drift
 * nor double. Where time jumps back, as between two recordings, the cells are taken anew.
 */
function byRate({
  origin,
  cellsPerTick,
  grace,
}: {
  origin: number;
  cellsPerTick: number;
  grace: number;
}): Rule {
  const cell = (pts: number) => Math.floor((pts - origin + grace) * cellsPerTick);
  const cellOf = (name: string) => `floor((${name}-(${origin})+${grace})*${cellsPerTick})`;
  const isNot = (other: string) => `not(eq(${cellOf("pts")},${other}))`;
  return ({ includes, factors }, before) => {
    // The frame right ahead was taken, or lies in the cell of the last one that was.
    const lastCell = before?.lastPts === undefined ? NaN : cell(before.lastPts);
    const isFirst = Number.isNaN(lastCell) ? "1" : isNot(String(lastCell));
    const isNext = isNot(cellOf("prev_selected_pts"));
    return {
      expressions: [[...factors, `if(isnan(prev_selected_pts),${isFirst},${isNext})`].join("*")],
      chooser: () => {
        let last = lastCell;
        return (_, pts) => {
          if (!includes(pts) || cell(pts) === last) return false;
          last = cell(pts);
          return true;
        };
      },
    };
  };
}

/** How many of the frames that the container promises the rule takes. */
export function countSelected({ chooser }: Selection, pts: Float64Array): number {
  const chosen = chooser();
  return pts.reduce((count, time, n) => (chosen(n, time) ? count + 1 : count), 0);
}

/** Times of the frames that the packets promise: of two fields that are packets of their own, that of the first. */
export const timesShown = ({
  packets: { pts },
  fieldsApart,
}: Pick<Video, "packets" | "fieldsApart">): Float64Array =>
  fieldsApart ? pts.filter((_, at) => at % 2 === 0) : pts;
