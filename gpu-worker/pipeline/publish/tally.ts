import type { ResultSummary, Timeline } from "../../../contracts/artifact.ts";
import type { FrameDetections } from "../../../contracts/detection.ts";
import { limits } from "../../../contracts/limits.ts";

const buckets = 20;

interface ClassTally {
  readonly label: string;
  detections: number;
  frames: number;
  scoreMax: number;
  readonly tracks: Set<number>;
  /** By bin and score bucket. */
  readonly counts: Uint32Array;
}

/** Counts what goes by, in memory that does not grow with the video. */
export interface Tally {
  readonly add: (frame: FrameDetections) => void;
  readonly frames: number;
  readonly firstPts: number;
  readonly lastPts: number;
  /**
   * The frame for the poster: with the most detections of those that are cheap to reach, or near a tenth of the way
   * where there are none.
   */
  readonly posterTime: () => number;
  readonly timeline: () => Timeline;
  readonly counts: () => Pick<
    ResultSummary,
    "score_shown" | "detections" | "detections_stored" | "tracks" | "classes"
  >;
}

export function tally({
  start,
  end,
  framesExpected,
  scoreShown,
  tracked,
  keySeconds,
}: {
  /** Seconds that the timeline spans. */
  start: number;
  end: number;
  framesExpected: number;
  /** Detections below are stored, but counted only in the timeline. */
  scoreShown: number;
  tracked: boolean;
  /** When the key frames are, ascending: reaching a frame costs decoding from the one before it. Empty when unknown. */
  keySeconds: Float64Array;
}): Tally {
  const bins = Math.max(1, Math.min(limits.timelineBinsMax, framesExpected));
  const binSeconds = Math.max((end - start) / bins, 1e-6);
  const classes = new Map<number, ClassTally>();
  let [frames, firstPts, lastPts, stored] = [0, 0, 0, 0];
  const reach = reachFrom(keySeconds);
  let fullest = { t: reach(start + (end - start) / 10), detections: 0 };

  const tallyOf = (classId: number, label: string): ClassTally => {
    const there = classes.get(classId);
    if (there) return there;
    const counts = new Uint32Array(bins * buckets);
    const made = {
      label,
      detections: 0,
      frames: 0,
      scoreMax: 0,
      tracks: new Set<number>(),
      counts,
    };
    classes.set(classId, made);
    return made;
  };
  const byId = () => [...classes].sort(([a], [b]) => a - b);

  return {
    add({ pts, t, detections }) {
      if (frames++ === 0) firstPts = pts;
      lastPts = pts;
      stored += detections.length;
      const shown = detections.filter(({ score }) => score >= scoreShown);
      if (shown.length > fullest.detections && reach(t) === t) {
        fullest = { t, detections: shown.length };
      }

      const bin = Math.min(bins - 1, Math.max(0, Math.floor((t - start) / binSeconds)));
      for (const { class_id, label, score } of detections) {
        const tallied = tallyOf(class_id, label);
        tallied.scoreMax = Math.max(tallied.scoreMax, score);
        tallied.counts[bin * buckets + Math.min(buckets - 1, Math.floor(score * buckets))]!++;
      }
      for (const { class_id, track_id } of shown) {
        const tallied = classes.get(class_id)!;
        tallied.detections++;
        if (track_id !== undefined) tallied.tracks.add(track_id);
      }
      for (const classId of new Set(shown.map(({ class_id }) => class_id))) {
        classes.get(classId)!.frames++;
      }
    },
    get frames() {
      return frames;
    },
    get firstPts() {
      return firstPts;
    },
    get lastPts() {
      return lastPts;
    },
    posterTime: () => fullest.t,
    timeline: () => ({
      schema: "framequeue.timeline/1",
      start,
      bin_seconds: binSeconds,
      bins,
      score_buckets: buckets,
      classes: byId().map(([class_id, { label, counts }]) => ({
        class_id,
        label,
        counts: numbersOf(counts),
      })),
    }),
    counts() {
      const all = byId();
      const sum = (count: (tallied: ClassTally) => number) =>
        all.reduce((total, [, tallied]) => total + count(tallied), 0);
      return {
        score_shown: scoreShown,
        detections_stored: stored,
        detections: sum(({ detections }) => detections),
        ...(tracked && { tracks: sum(({ tracks }) => tracks.size) }),
        classes: all.map(([class_id, { label, detections, frames: seen, tracks, scoreMax }]) => ({
          class_id,
          label,
          detections,
          frames: seen,
          ...(tracked && { tracks: tracks.size }),
          score_max: scoreMax,
        })),
      };
    },
  };
}

/** Not by its iterator, which takes 25 ms for the million counts of a long video. */
function numbersOf(counts: Uint32Array): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < counts.length; at++) numbers.push(counts[at]!);
  return numbers;
}

/** Decoding so many seconds of a video for a poster is not felt. */
const reachSeconds = 1;

/** The time itself where a key frame is close before it, otherwise one that is. */
function reachFrom(keySeconds: Float64Array): (t: number) => number {
  return (t) => {
    const key = keySeconds[lastAtOrBefore(keySeconds, t)];
    return key === undefined ? t : Math.min(t, key + reachSeconds);
  };
}

function lastAtOrBefore(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
