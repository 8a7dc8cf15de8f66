import { binOf } from "../timeline/lanes.ts";
import type { Bins } from "../timeline/lanes.ts";
import type { DetectionTable } from "../player/detection-table.ts";
import { rowsOf, seen } from "../player/filter.ts";
import type { Filter } from "../player/filter.ts";

/** Where one object is seen in the whole video, of the detections that the filter leaves. */
export interface Track {
  readonly trackId: number;
  /** That of its best detection. */
  readonly classId: number;
  readonly bestScore: number;
  /** Positions in the table of the first and of the last frame on which it is, and on how many it is. */
  readonly first: number;
  readonly last: number;
  readonly frames: number;
}

/** Every track that the filter leaves something of, those on the most frames first. */
export function tracksOf(table: DetectionTable, filter: Filter): Track[] {
  const tracks = new Map<number, { -readonly [Key in keyof Track]: Track[Key] }>();
  for (let frame = 0; frame < table.frames; frame++) {
    for (let row = table.first[frame]!; row < table.first[frame + 1]!; row++) {
      const trackId = table.trackId[row]!;
      if (trackId === 0 || seen(table, row, filter) !== "shown") continue;
      const [classId, score] = [table.classId[row]!, table.score[row]!];
      const known = tracks.get(trackId);
      if (known === undefined) {
        const [first, last, frames] = [frame, frame, 1];
        tracks.set(trackId, { trackId, classId, bestScore: score, first, last, frames });
        continue;
      }
      known.last = frame;
      known.frames++;
      if (score > known.bestScore) [known.bestScore, known.classId] = [score, classId];
    }
  }
  return [...tracks.values()].sort((a, b) => b.frames - a.frames || a.trackId - b.trackId);
}

/** The row of a track on one frame, −1 where the filter leaves none. */
export const rowOfTrack = (
  table: DetectionTable,
  frame: number,
  filter: Filter,
  trackId: number,
): number => rowsOf(table, frame, filter).find((row) => table.trackId[row] === trackId) ?? -1;

/** On how many frames of each bin of the timeline a track is; a frame has it once. */
export function framesOfTrack(
  table: DetectionTable,
  filter: Filter,
  trackId: number,
  bins: Bins,
): Uint32Array {
  const frames = new Uint32Array(bins.bins);
  for (let frame = 0; frame < table.frames; frame++) {
    for (let row = table.first[frame]!; row < table.first[frame + 1]!; row++) {
      if (table.trackId[row] !== trackId || seen(table, row, filter) !== "shown") continue;
      frames[binOf(table.t[frame]!, bins)]!++;
    }
  }
  return frames;
}
