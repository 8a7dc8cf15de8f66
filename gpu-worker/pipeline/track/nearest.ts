import type { Detection } from "../../../contracts/detection.ts";
import type { Moment, Track } from "./follow.ts";

/**
 * How far from where it should be an object may turn up, in picture widths a second: a ball that crosses the picture
 * in little more than a second and is kicked back.
 */
const reachPerSecond = 2.4;
/** Out of sight the error grows with time, but so does the number of others that it may be. */
const reachSecondsMax = 0.1;
/** What touches the picture's edge to this share of its width is taken for a newcomer. */
const edgeShare = 0.003;

/**
 * Pairs what overlaps nothing, as a small fast thing between two frames or anybody in a sampled video: open tracks
 * with free detections that are each other's nearest among all of their class, within reach. So in a crowd hardly any
 * are paired, and a lone ball always is. (Distance instead of growing the boxes as C-BIoU does, Yang et al. 2023:
 * a ball may be many of its sizes away.)
 */
export function nearest(
  open: readonly Track[],
  free: readonly Detection[],
  {
    tracks,
    sure,
    picture,
    moment: { t, elapsed },
  }: {
    readonly tracks: readonly Track[];
    readonly sure: readonly Detection[];
    readonly picture: { readonly width: number; readonly height: number };
    readonly moment: Moment;
  },
): [Track, Detection][] {
  const newcomers = free.filter(({ box }) => !touchesEdge(box, picture));
  return newcomers.flatMap((seen): [Track, Detection][] => {
    const track = closest(tracks, seen);
    if (!track || !open.includes(track) || closest(sure, track) !== seen) return [];
    const seconds = Math.max(elapsed, Math.min(t - track.seenAt, reachSecondsMax));
    const reach = reachPerSecond * picture.width * seconds;
    return distance(track.box, seen.box) <= reach ? [[track, seen]] : [];
  });
}

type Placed = { readonly class_id: number; readonly box: Detection["box"] };

/** The first of those that are least far. */
function closest<Other extends Placed>(
  others: readonly Other[],
  { class_id, box }: Placed,
): Other | undefined {
  let [found, least] = [undefined as Other | undefined, Infinity];
  for (const other of others) {
    if (other.class_id !== class_id) continue;
    const far = distance(other.box, box);
    if (far < least) [found, least] = [other, far];
  }
  return found;
}

const distance = (a: Detection["box"], b: Detection["box"]): number =>
  Math.hypot(a[0] + a[2] - b[0] - b[2], a[1] + a[3] - b[1] - b[3]) / 2;

function touchesEdge(
  [x1, y1, x2, y2]: Detection["box"],
  { width, height }: { readonly width: number; readonly height: number },
): boolean {
  const margin = edgeShare * width;
  return x1 < margin || y1 < margin || x2 > width - margin || y2 > height - margin;
}
