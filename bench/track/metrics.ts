import type { Detection, FrameDetections } from "../../contracts/detection.ts";
import { leastCost } from "../../gpu-worker/pipeline/track/assignment.ts";
import { overlap } from "../../gpu-worker/pipeline/track/overlap.ts";
import type { TrueObject } from "./scene.ts";

/** Overlap from which on a box shows an object, as in both papers. */
const overlapMin = 0.5;

/** How well tracks follow objects. */
export interface TrackScore {
  /** 1 − (misses + false boxes + switches) / true boxes; at most 1, may be below 0. */
  readonly mota: number;
  /** F1 of boxes under the best one-to-one naming of objects by tracks, 0–1. */
  readonly idf1: number;
  /** Objects' changes from one track to another. */
  readonly switches: number;
  /** Times that an object was lost and found again, by whatever track. */
  readonly fragmentations: number;
  readonly tracks: number;
  readonly objects: number;
}

type Tracked = Detection & { readonly track_id: number };

/**
 * MOTA, switches and fragmentations as CLEAR MOT has them (Bernardin and Stiefelhagen 2008), IDF1 after Ristani et al.
 * 2016. Only detections with a track count; a box shows an object of its own class at an overlap from 0.5 on.
 */
export function trackScore(
  frames: readonly FrameDetections[],
  truth: readonly (readonly TrueObject[])[],
): TrackScore {
  const together = new Map<string, number>();
  const objects = new Set<number>();
  const tracks = new Set<number>();
  const trackOf = new Map<number, number>();
  const found = new Map<number, boolean>();
  let [drawn, boxes, hits, switches, fragmentations] = [0, 0, 0, 0, 0];

  for (const [index, present] of truth.entries()) {
    const seen = frames[index]!.detections.filter(
      (each): each is Tracked => each.track_id !== undefined,
    );
    drawn += present.length;
    boxes += seen.length;
    for (const { id } of present) objects.add(id);
    for (const { track_id } of seen) tracks.add(track_id);
    const shows = present.map((object) =>
      seen.map((box) => (box.class_id === object.class_id ? overlap(box.box, object.box) : 0)),
    );
    for (const [row, overlaps] of shows.entries()) {
      for (const [column, value] of overlaps.entries()) {
        if (value < overlapMin) continue;
        const pair = `${present[row]!.id} ${seen[column]!.track_id}`;
        together.set(pair, (together.get(pair) ?? 0) + 1);
      }
    }

    const pairs = pairsOf(present, seen, shows, trackOf);
    hits += pairs.size;
    for (const [row, { id }] of present.entries()) {
      const column = pairs.get(row);
      const was = found.get(id);
      found.set(id, column !== undefined);
      if (column === undefined) continue;
      const { track_id } = seen[column]!;
      if (trackOf.has(id) && trackOf.get(id) !== track_id) switches++;
      if (trackOf.has(id) && was === false) fragmentations++;
      trackOf.set(id, track_id);
    }
  }
  const misses = drawn - hits;
  const identified = mostTogether([...objects], [...tracks], together);
  return {
    mota: 1 - (misses + (boxes - hits) + switches) / drawn,
    idf1: (2 * identified) / (drawn + boxes),
    switches,
    fragmentations,
    tracks: tracks.size,
    objects: objects.size,
  };
}

/** Box of each object, by positions: those that were together stay, the others by the most overlap in sum. */
function pairsOf(
  present: readonly TrueObject[],
  seen: readonly Tracked[],
  shows: readonly (readonly number[])[],
  trackOf: ReadonlyMap<number, number>,
): Map<number, number> {
  const pairs = new Map<number, number>();
  const taken = new Set<number>();
  for (const [row, { id }] of present.entries()) {
    const column = seen.findIndex(({ track_id }) => track_id === trackOf.get(id));
    if (column < 0 || shows[row]![column]! < overlapMin) continue;
    pairs.set(row, column);
    taken.add(column);
  }
  const rows = [...present.keys()].filter((row) => !pairs.has(row));
  const columns = [...seen.keys()].filter((column) => !taken.has(column));
  // A pair counts more than any overlap, so that as many as possible are made.
  const worth = rows.map((row) =>
    columns.map((column) => (shows[row]![column]! < overlapMin ? 0 : 1000 + shows[row]![column]!)),
  );
  for (const [at, column] of best(worth)) pairs.set(rows[at]!, columns[column]!);
  return pairs;
}

/** Most boxes that can be right when each object has one track and each track one object. */
function mostTogether(
  objects: readonly number[],
  tracks: readonly number[],
  together: ReadonlyMap<string, number>,
): number {
  const worth = objects.map((id) => tracks.map((track) => together.get(`${id} ${track}`) ?? 0));
  return best(worth).reduce((sum, [row, column]) => sum + worth[row]![column]!, 0);
}

/** Pairs of row and column with the greatest sum; pairs that are worth 0 are left out. */
function best(worth: readonly (readonly number[])[]): [number, number][] {
  const [rows, columns] = [worth.length, worth[0]?.length ?? 0];
  // As many columns as rows at least: the added ones stand for "none".
  const costs = worth.map((row) =>
    Float64Array.from({ length: Math.max(rows, columns) }, (_, at) => -(row[at] ?? 0)),
  );
  return [...leastCost(costs)].flatMap((column, row): [number, number][] =>
    (worth[row]![column] ?? 0) > 0 ? [[row, column]] : [],
  );
}

/** The mean of each figure. */
export function meanOf(scores: readonly TrackScore[]): TrackScore {
  const mean = (key: keyof TrackScore) =>
    scores.reduce((sum, score) => sum + score[key], 0) / scores.length;
  return {
    mota: mean("mota"),
    idf1: mean("idf1"),
    switches: mean("switches"),
    fragmentations: mean("fragmentations"),
    tracks: mean("tracks"),
    objects: mean("objects"),
  };
}
