import type { Detection } from "../../../contracts/detection.ts";
import type { Associate, Track } from "./follow.ts";
import { match } from "./match.ts";
import { nearest } from "./nearest.ts";
import { overlap } from "./overlap.ts";

/** Below a quarter of the score that begins a track a box is noise: the paper's 0.1 where 0.4 is shown. */
const lowShare = 0.25;
/**
 * Least overlap × score of a sure detection. The paper has 0.2 (0.3 at the second sighting), which at a score of 0.4
 * wants half of the box overlapping: with 5 frames a second nobody who walks fulfils that.
 */
const fusedMin = 0.05;
/** Least overlap of an unsure detection: it has to be where the object should be. The paper's 0.5 loses shaky boxes. */
const lowOverlapMin = 0.3;

/**
 * ByteTrack (Zhang et al., ECCV 2022, arXiv 2110.06864): sure detections are paired first, by overlap × score; what is
 * left of the tracks then takes the unsure ones, which are mostly objects half hidden and never begin a track; tracks
 * seen once come last. Unlike there, objects out of sight take unsure detections too (they come back half hidden), and
 * what overlaps nothing goes to the nearest (`nearest.ts`). Each class is for itself.
 */
export function byteTrack({
  startScore,
  picture,
}: {
  /** Detections from here on are sure; the others must have a quarter of it. */
  readonly startScore: number;
  /** Size in pixels. */
  readonly picture: { readonly width: number; readonly height: number };
}): Associate {
  return (tracks, moment) => {
    const { detections } = moment;
    const sure = detections.filter(({ score }) => score >= startScore);
    const unsure = detections.filter(
      ({ score }) => score < startScore && score >= startScore * lowShare,
    );
    const known = tracks.filter(({ id }) => id !== undefined);
    const seenOnce = tracks.filter(({ id }) => id === undefined);
    const pairs = new Map<Track, Detection>();
    const taken = new Set<Detection>();
    const take = (made: readonly [Track, Detection][]) => {
      for (const [track, seen] of made) {
        pairs.set(track, seen);
        taken.add(seen);
      }
    };
    const open = (of: readonly Track[]) => of.filter((track) => !pairs.has(track));
    const free = (of: readonly Detection[]) => of.filter((seen) => !taken.has(seen));

    take(match(known, sure, { likeness: fused, likenessMin: fusedMin }));
    take(match(open(known), unsure, { likeness: overlapping, likenessMin: lowOverlapMin }));
    take(match(open(seenOnce), free(sure), { likeness: fused, likenessMin: fusedMin }));
    take(nearest(open(tracks), free(sure), { tracks, sure, picture, moment }));
    return pairs;
  };
}

const overlapping = (track: Track, seen: Detection): number =>
  track.class_id === seen.class_id ? overlap(track.box, seen.box) : 0;

const fused = (track: Track, seen: Detection): number => overlapping(track, seen) * seen.score;
