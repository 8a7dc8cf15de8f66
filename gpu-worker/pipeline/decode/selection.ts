import type { JobOptions, Sampling } from "../../../contracts/pipeline.ts";
import type { Clock } from "./timeline.ts";

/** Which frames are analysed: one rule, written once for ffmpeg and once for us, to the same last bit. */
export interface Selection {
  /** Of ffmpeg's `select` filter; undefined when every frame is taken. */
  readonly expression: string | undefined;
  /** The rule itself, to be asked frame by frame in the decoder's order. `n` counts them from 0. */
  readonly chooser: () => (n: number, pts: number) => boolean;
  /** Half open, in ticks. */
  readonly fromPts: number;
  readonly toPts: number;
}

interface Range {
  readonly fromPts: number;
  readonly toPts: number;
  readonly includes: (pts: number) => boolean;
  /** The range as factors of ffmpeg's expression: none, where it is the whole video. */
  readonly factors: readonly string[];
}

function rangeOf(range: JobOptions["time_range"], clock: Clock): Range {
  if (!range) return { fromPts: -Infinity, toPts: Infinity, includes: () => true, factors: [] };
  const [fromPts, toPts] = [clock.tickAt(range.start), clock.tickAt(range.end)];
  return {
    fromPts,
    toPts,
    includes: (pts) => pts >= fromPts && pts < toPts,
    factors: [`gte(pts,${fromPts})*lt(pts,${toPts})`],
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
  const range = rangeOf(asked, clock);
  const { fromPts, toPts } = range;
  if (sampling.mode === "stride") return { fromPts, toPts, ...byStride(sampling.stride, range) };
  if (sampling.mode === "fps") {
    const origin = pts.find(range.includes) ?? 0;
    const cellsPerTick = sampling.fps / clock.ticksPerSecond;
    // A time may be rounded to the tick before the cell that it belongs to; a tick may also be a whole frame (AVI).
    const grace = Math.min(0.5, clock.ticksPerSecond * roundedSeconds);
    return { fromPts, toPts, ...byRate({ origin, cellsPerTick, grace }, range) };
  }
  const [expression] = range.factors;
  return { fromPts, toPts, expression, chooser: () => (_, time) => range.includes(time) };
}

/** Half of the coarsest tick that containers round times to (Matroska's millisecond). */
const roundedSeconds = 0.0005;

type Rule = Pick<Selection, "expression" | "chooser">;

/** Every n-th frame, counted from the video's first. */
function byStride(stride: number, { includes, factors }: Range): Rule {
  return {
    expression: [...factors, `not(mod(n,${stride}))`].join("*"),
    chooser: () => (n, pts) => includes(pts) && n % stride === 0,
  };
}

/**
 * Cuts time into cells from the range's first frame on and takes the first frame of each: uneven times neither drift
 * nor double. Where time jumps back, as between two recordings, the cells are taken anew.
 */
function byRate(
  { origin, cellsPerTick, grace }: { origin: number; cellsPerTick: number; grace: number },
  { includes, factors }: Range,
): Rule {
  const cell = (pts: number) => Math.floor((pts - origin + grace) * cellsPerTick);
  const cellOf = (name: string) => `floor((${name}-(${origin})+${grace})*${cellsPerTick})`;
  const isNext = `not(eq(${cellOf("pts")},${cellOf("prev_selected_pts")}))`;
  return {
    expression: [...factors, `(isnan(prev_selected_pts)+${isNext})`].join("*"),
    chooser: () => {
      let last = NaN;
      return (_, pts) => {
        if (!includes(pts) || cell(pts) === last) return false;
        last = cell(pts);
        return true;
      };
    },
  };
}

/** How many of the frames that the container promises the rule takes. */
export function countSelected({ chooser }: Selection, pts: Float64Array): number {
  const chosen = chooser();
  return pts.reduce((count, time, n) => (chosen(n, time) ? count + 1 : count), 0);
}
