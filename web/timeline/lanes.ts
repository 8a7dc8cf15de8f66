import type { Timeline } from "../../contracts/artifact.ts";

const buckets = 20;

/** How many detections each bin of one class has at or above a score. */
export function laneCounts(counts: readonly number[], bins: number, scoreMin: number): Uint32Array {
  const lowest = Math.ceil(scoreMin * buckets - 1e-6);
  const lane = new Uint32Array(bins);
  for (let bin = 0; bin < bins; bin++) {
    let sum = 0;
    for (let bucket = lowest; bucket < buckets; bucket++) sum += counts[bin * buckets + bucket]!;
    lane[bin] = sum;
  }
  return lane;
}

export type Bins = Pick<Timeline, "start" | "bin_seconds" | "bins">;

/** The bin of a time, as the worker puts its detections into them. */
export const binOf = (seconds: number, { start, bin_seconds, bins }: Bins): number =>
  Math.min(bins - 1, Math.max(0, Math.floor((seconds - start) / bin_seconds)));

/** How many analysed frames lie in each bin. */
export function framesPerBin(t: Float64Array, bins: Bins): Uint32Array {
  const frames = new Uint32Array(bins.bins);
  for (const seconds of t) frames[binOf(seconds, bins)]!++;
  return frames;
}

/**
 * Objects per frame: bins rarely hold the same number of frames, and their bare counts show the grid instead of
 * the video. A bin without a frame repeats the one before, for at most `holdBins`; after that nothing was analysed.
 */
export function perFrame(lane: Uint32Array, frames: Uint32Array, holdBins: number): Float32Array {
  const mean = new Float32Array(lane.length);
  let last = Number.NEGATIVE_INFINITY;
  for (let bin = 0; bin < lane.length; bin++) {
    if (frames[bin]! > 0) {
      mean[bin] = lane[bin]! / frames[bin]!;
      last = bin;
    } else if (bin - last <= holdBins) {
      mean[bin] = mean[last]!;
    }
  }
  return mean;
}

/** Squeezes or stretches a lane to `columns`; a column shows the highest of its bins, so no peak is lost. */
export function columnsOf(lane: Float32Array, columns: number): Float32Array {
  const squeezed = new Float32Array(columns);
  for (let column = 0; column < columns; column++) {
    const from = Math.floor((column * lane.length) / columns);
    const to = Math.max(from + 1, Math.ceil(((column + 1) * lane.length) / columns));
    let highest = 0;
    for (let bin = from; bin < to && bin < lane.length; bin++)
      highest = Math.max(highest, lane[bin]!);
    squeezed[column] = highest;
  }
  return squeezed;
}

/** Detections of the classes that are not hidden, by score bucket: the shape behind the score slider. */
export function scoreHistogram(
  { classes, bins }: Timeline,
  hidden: ReadonlySet<number>,
): Uint32Array {
  const histogram = new Uint32Array(buckets);
  for (const { class_id, counts } of classes) {
    if (hidden.has(class_id)) continue;
    for (let i = 0; i < bins * buckets; i++) histogram[i % buckets]! += counts[i]!;
  }
  return histogram;
}

/** All detections of one class at or above a score. */
export const laneTotal = (lane: Uint32Array): number => {
  let total = 0;
  for (const value of lane) total += value;
  return total;
};
