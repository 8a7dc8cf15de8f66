import type { Detection, FrameDetections } from "../../../contracts/detection.ts";
import { motionOf, type Motion } from "./motion.ts";

/** How long an object may be out of sight and keep its number; ByteTrack's own 30 frames of 30 a second. */
const lostSecondsMax = 1;

/** One object over the frames. */
export interface Track {
  readonly motion: Motion;
  readonly class_id: number;
  /** Where it should be now. */
  box: Detection["box"];
  /** When it was seen last, in seconds. */
  seenAt: number;
  /** Given at the second sighting: what is seen once is noise more often than not. */
  id?: number;
}

/** What an association may look at beside the tracks. */
export interface Moment {
  readonly detections: readonly Detection[];
  readonly t: number;
  /** Seconds since the frame before. */
  readonly elapsed: number;
}

/** Says which track is which detection of this frame; no track and no detection twice, and classes apart. */
export type Associate = (tracks: readonly Track[], moment: Moment) => Iterable<[Track, Detection]>;

/**
 * Numbers objects over the frames, from 1, by an association. All times are seconds, so that sampling and uneven
 * frames change nothing, and all state is this call's. A detection from `startScore` on that continues no track begins
 * one, which counts when the next frame shows it again; so each frame is held back until the next is known, and the
 * first sighting has its number too.
 */
export async function* follow(
  frames: AsyncIterable<FrameDetections>,
  { associate, startScore }: { associate: Associate; startScore: number },
): AsyncGenerator<FrameDetections> {
  let tracks: Track[] = [];
  let begun = new Map<Track, Detection>();
  let held: { frame: FrameDetections; numbers: Map<Detection, number> } | undefined;
  let nextId = 1;

  for await (const frame of frames) {
    const { t, detections } = frame;
    const step = t - (held?.frame.t ?? t);
    const elapsed = Math.max(0, step);
    // Where time starts anew, as between two recordings, it goes on for them from there: else they were kept until it is as late again.
    if (step < 0) for (const each of tracks) each.seenAt += step;
    // However seldom frames are looked at, an object may always be missing in one.
    const kept = Math.max(lostSecondsMax, 1.5 * elapsed);
    tracks = tracks.filter((each) => t - each.seenAt <= kept);
    for (const each of tracks) {
      each.motion.predict(elapsed);
      each.box = each.motion.box();
    }

    const numbers = new Map<Detection, number>();
    const continued = new Set<Detection>();
    for (const [each, detection] of associate(tracks, { detections, t, elapsed })) {
      each.motion.correct(detection.box);
      each.seenAt = t;
      each.id ??= nextId++;
      continued.add(detection);
      numbers.set(detection, each.id);
      if (begun.has(each)) held?.numbers.set(begun.get(each)!, each.id);
    }
    tracks = tracks.filter(({ id }) => id !== undefined);

    begun = new Map();
    for (const detection of detections) {
      if (continued.has(detection) || detection.score < startScore) continue;
      const { class_id, box } = detection;
      const each = { motion: motionOf(box), class_id, box, seenAt: t };
      tracks.push(each);
      begun.set(each, detection);
    }
    if (held) yield numbered(held);
    held = { frame, numbers };
  }
  if (held) yield numbered(held);
}

function numbered({
  frame,
  numbers,
}: {
  frame: FrameDetections;
  numbers: ReadonlyMap<Detection, number>;
}): FrameDetections {
  return {
    ...frame,
    detections: frame.detections.map((each) => {
      const track_id = numbers.get(each);
      return track_id === undefined ? each : { ...each, track_id };
    }),
  };
}
