import type { Detection, FrameDetections } from "../../../contracts/detection.ts";
import { match } from "./match.ts";
import { motionOf, type Motion } from "./motion.ts";

/** Overlap of where an object should be and where one is seen, from which on it is the same. */
const overlapMin = 0.2;
/** How long an object may be out of sight and keep its number. */
const lostSecondsMax = 1;

interface Track {
  readonly motion: Motion;
  readonly class_id: number;
  /** Given at the second sighting: what is seen once is noise more often than not. */
  id?: number;
  seenAt: number;
}

/**
 * SORT (Bewley et al. 2016): constant velocity, pairs by overlap. Deterministic, and in seconds instead of frames, so
 * that sampling and uneven times do not change what it means. Detections below `startScore` continue a track but
 * begin none.
 */
export async function* sort(
  frames: AsyncIterable<FrameDetections>,
  { startScore }: { startScore: number },
): AsyncGenerator<FrameDetections> {
  let tracks: Track[] = [];
  let [nextId, lastTime] = [1, undefined as number | undefined];

  for await (const frame of frames) {
    const { t, detections } = frame;
    const elapsed = Math.max(0, t - (lastTime ?? t));
    // However seldom frames are looked at, an object may always be missing in one.
    const kept = Math.max(lostSecondsMax, 1.5 * elapsed);
    tracks = tracks.filter(({ seenAt }) => t - seenAt <= kept);
    lastTime = t;
    for (const { motion } of tracks) motion.predict(elapsed);

    const predictions = tracks.map(({ motion, class_id }) => ({ class_id, box: motion.box() }));
    const trackOf = new Map<Detection, Track>();
    for (const [prediction, detection] of match(predictions, detections, overlapMin)) {
      const track = tracks[prediction]!;
      const seen = detections[detection]!;
      track.motion.correct(seen.box);
      track.seenAt = t;
      track.id ??= nextId++;
      trackOf.set(seen, track);
    }
    for (const { box, class_id, score } of detections.filter((each) => !trackOf.has(each))) {
      if (score >= startScore) tracks.push({ motion: motionOf(box), class_id, seenAt: t });
    }
    yield {
      ...frame,
      detections: detections.map((each) => {
        const id = trackOf.get(each)?.id;
        return id === undefined ? each : { ...each, track_id: id };
      }),
    };
  }
}
