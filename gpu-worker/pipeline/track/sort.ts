import { match } from "./match.ts";
import { overlap } from "./overlap.ts";
import type { Associate } from "./follow.ts";

/** Overlap of where an object should be and where one is seen, from which on it is the same. */
const overlapMin = 0.2;

/** SORT (Bewley et al. 2016): tracks and detections of a class are paired once, by overlap, whatever their score. */
export const sort: Associate = (tracks, { detections }) =>
  match(tracks, detections, {
    likeness: (track, seen) =>
      track.class_id === seen.class_id ? overlap(track.box, seen.box) : 0,
    likenessMin: overlapMin,
  });
