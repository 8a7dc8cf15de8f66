import type { Detection } from "../detection.ts";
import type { Frames } from "./export-format.ts";
import { rounded } from "./measures.ts";

export interface Sighting {
  readonly frameIndex: number;
  /** Seconds on the player's timeline. */
  readonly t: number;
  readonly box: Detection["box"];
  /** The index of the next analysed frame where the object is not in it, or of the one behind the last; absent where it is. */
  goneAt?: number;
}

/** One object over the frames, or a single detection that no tracker followed. */
export interface SightedTrack {
  /** From 1, the result's own; what has no track gets numbers behind all of those. */
  readonly id: number;
  readonly label: string;
  /** Mean score of its sightings, 0–1. */
  readonly score: number;
  /** In order, one at least. */
  readonly sightings: readonly Sighting[];
}

interface Growing {
  readonly label: string;
  readonly sightings: Sighting[];
  scores: number;
}

/** Detections by track, for formats that list each object by itself: the whole result is in memory for that. */
export async function tracksOf(
  frames: Frames,
): Promise<{ readonly tracks: SightedTrack[]; readonly lastIndex: number }> {
  const byId = new Map<number, Growing>();
  const single: Growing[] = [];
  let inView = new Set<Growing>();
  let lastIndex = -1;

  const trackOf = ({ track_id, label }: Detection): Growing => {
    const known = track_id === undefined ? undefined : byId.get(track_id);
    if (known) return known;
    const made = { label, sightings: [], scores: 0 };
    if (track_id === undefined) single.push(made);
    else byId.set(track_id, made);
    return made;
  };
  for await (const { frame_index, t, detections } of frames) {
    const before = inView;
    inView = new Set();
    for (const detection of detections) {
      const track = trackOf(detection);
      track.sightings.push({ frameIndex: frame_index, t, box: detection.box });
      track.scores += detection.score;
      inView.add(track);
    }
    for (const track of before) if (!inView.has(track)) leave(track, frame_index);
    lastIndex = frame_index;
  }
  for (const track of inView) leave(track, lastIndex + 1);

  const known = [...byId].sort(([a], [b]) => a - b);
  const idMax = known.at(-1)?.[0] ?? 0;
  const numbered = [...known, ...single.map((track, at) => [idMax + 1 + at, track] as const)];
  return { tracks: numbered.map(([id, track]) => sighted(id, track)), lastIndex };
}

function leave({ sightings }: Growing, goneAt: number): void {
  sightings.at(-1)!.goneAt = goneAt;
}

const sighted = (id: number, { label, sightings, scores }: Growing): SightedTrack => ({
  id,
  label,
  score: rounded(scores / sightings.length, 4),
  sightings,
});
