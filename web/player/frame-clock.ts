/** Times of the analysed frames, and what follows from them for finding the one on the screen. */
export interface FrameClock {
  readonly t: Float64Array;
  /** Those of the frames that a player can show, and the positions of these in `t`. */
  readonly shown: { readonly t: Float64Array; readonly positions: Uint32Array };
  /** Typical distance of two analysed frames, in seconds. */
  readonly stepSeconds: number;
  /** Typical length of one frame of the video; shorter than `stepSeconds` where frames were left out. */
  readonly frameSeconds: number;
}

function median(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

// Enough for a median, and little enough to repeat while the detections still arrive.
const sampledFrames = 2000;

/** `averageFrameRate` is the video's, where it is known. */
export function frameClock(t: Float64Array, averageFrameRate: number | null): FrameClock {
  const steps = new Float64Array(Math.max(0, Math.min(t.length, sampledFrames) - 1));
  for (let i = 0; i < steps.length; i++) steps[i] = t[i + 1]! - t[i]!;
  const stepSeconds = steps.length > 0 ? median(steps.sort()) : 1 / (averageFrameRate ?? 25);
  const frameSeconds = averageFrameRate ? Math.min(stepSeconds, 1 / averageFrameRate) : stepSeconds;
  return { t, shown: shownOf(t), stepSeconds, frameSeconds };
}

/** In recordings that were joined time starts anew. No player shows a picture whose time does not rise, and no preview holds it. */
function shownOf(t: Float64Array): FrameClock["shown"] {
  const positions = new Uint32Array(t.length);
  let [count, last] = [0, Number.NEGATIVE_INFINITY];
  for (let position = 0; position < t.length; position++) {
    if (t[position]! <= last) continue;
    last = t[position]!;
    positions[count++] = position;
  }
  if (count === t.length) return { t, positions };
  const rising = positions.subarray(0, count);
  return { t: Float64Array.from(rising, (position) => t[position]!), positions: rising };
}

/** Whether a player can show the frame at that position in `t`. */
export const isShown = ({ shown: { positions } }: FrameClock, position: number): boolean =>
  positions[upperBound(positions, position) - 1] === position;

/** The position of the first frame that is shown after that time. */
export function nextAfter({ t, shown }: FrameClock, seconds: number): number {
  return shown.positions[upperBound(shown.t, seconds)] ?? t.length;
}

/** Index of the first value that is greater than `value`. */
export function upperBound(t: Float64Array | Uint32Array, value: number): number {
  let [low, high] = [0, t.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The analysed frame that is on the screen at `mediaTime`, or −1 for none. The tolerance is half a frame, so that
 * rounding never shows the neighbour; where two frames are closer than usual (variable frame rate), half of their
 * own distance. A frame that was left out shows the boxes before it for one and a half steps, then nothing.
 */
export function frameAt(
  { shown: { t, positions }, stepSeconds, frameSeconds }: FrameClock,
  mediaTime: number,
): number {
  const before = upperBound(t, mediaTime) - 1;
  const next = t[before + 1];
  if (next !== undefined) {
    const apart = before >= 0 ? next - t[before]! : Number.POSITIVE_INFINITY;
    if (next - mediaTime < Math.min(frameSeconds, apart) / 2) return positions[before + 1]!;
  }
  return before >= 0 && mediaTime - t[before]! <= 1.5 * stepSeconds ? positions[before]! : -1;
}

/** Where to seek so that frame `index` is on the screen for sure: into its middle. */
export function seekTime({ t, shown, frameSeconds }: FrameClock, index: number): number {
  const start = t[index]!;
  const next = shown.t[upperBound(shown.t, start)] ?? Number.POSITIVE_INFINITY;
  return start + Math.min(frameSeconds, next - start) / 2;
}
