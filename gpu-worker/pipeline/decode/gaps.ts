import type { Gap } from "../../../contracts/artifact.ts";
import { limits } from "../../../contracts/limits.ts";
import { anchor, key } from "../probe/packet-table.ts";
import type { Video } from "../probe/probe.ts";
import { nextKey, showsAll } from "./damage.ts";
import { damaged, never, whole, type FrameTruth } from "./frame-truth.ts";
import type { Selection } from "./selection.ts";
import { clockOf } from "./timeline.ts";

const missing = "frames are missing or could not be decoded";
const doubtful = "frames are damaged, or made from damaged ones";
const short = "the file ends early";

/** Half open, in ticks or in seconds. */
type Span = readonly [from: number, to: number, reason: string];

/** The stretches of the asked range that the result does not cover, by the fate of each promised frame. */
export function gapsOf(
  video: Video,
  selection: Selection,
  truth: Pick<FrameTruth, "fates" | "shift" | "from" | "to">,
): Gap[] {
  const { fates, shift } = truth;
  const found = [...spansOfFates(video, truth), ...holesOf(video), ...tailOf(video, fates)];
  const { damaged: stumbled, endsEarly, counted } = video.packets;
  const isUnknown = stumbled && !endsEarly && (counted || found.length === 0);
  const spans = isUnknown ? [...found, somewhere(video)] : found;
  const clock = clockOf(video);
  const inRange = spans.flatMap(([from, to, reason]): Span[] => {
    const start = Math.max(from + shift, selection.fromPts);
    const end = Math.min(to + shift, selection.toPts);
    return start < end ? [[start, end, reason]] : [];
  });
  return bounded(joined(inRange, () => true)).map(([from, to, reason]) => ({
    start: clock.secondsAt(from),
    end: clock.secondsAt(to),
    reason,
  }));
}

/**
 * The gaps of a video from those of its segments: ascending, one where two of the same reason touch, and no more than a row can
 * hold.
 */
export function gapsOfSegments(gaps: readonly Gap[]): Gap[] {
  const spans = gaps.map(({ start, end, reason }): Span => [start, end, reason]);
  const all = bounded(joined(spans, (a, b) => a === b));
  return all.map(([start, end, reason]) => ({ start, end, reason }));
}

/** Of promised frames that came damaged or not at all, with those that are made from a missing one. */
function spansOfFates(
  video: Video,
  { fates, from, to }: Pick<FrameTruth, "fates" | "from" | "to">,
): Span[] {
  const { pts, roles, leading } = video.packets;
  const timeAfter = (position: number) =>
    isEndOfStretch(video, position) ? pts[position]! + stepOf(video) : pts[position + 1]!;
  // A packet that shows nothing stands alone among others that do.
  const mayShowNothing = !showsAll(video) && !video.packets.damaged && !video.packets.endsEarly;
  const showsNothing = (position: number) =>
    mayShowNothing &&
    (fates[position - 1] ?? whole) === whole &&
    (fates[position + 1] ?? whole) === whole;

  const spans: Span[] = [];
  let doubtfulUntil = 0;
  for (let position = from; position < to; position++) {
    const span = (reason: string) => spans.push([pts[position]!, timeAfter(position), reason]);
    const notPromised = position < leading && !fates.subarray(0, leading).includes(damaged);
    if (fates[position] === damaged) span(doubtful);
    else if (fates[position] === never && !showsNothing(position) && !notPromised) {
      span(missing);
      doubtfulUntil = Math.max(doubtfulUntil, madeFrom(roles, position));
    } else if (position < doubtfulUntil && fates[position] !== never) span(doubtful);
  }
  return spans;
}

/** Where the pictures end that may be made from this one. */
function madeFrom(roles: Uint8Array, position: number): number {
  if (roles[position] !== 0) return nextKey(roles, position + 1);
  for (let next = position + 1; next < roles.length; next++) {
    if (roles[next] === anchor || roles[next] === key) return next;
  }
  return roles.length;
}

/** Where packets were lost that the table never saw: steps far longer than usual, if reading stumbled. */
function holesOf(video: Video): Span[] {
  const { pts, roles, damaged: stumbled, endsEarly } = video.packets;
  if (!stumbled && !endsEarly) return [];
  const step = stepOf(video);
  const spans: Span[] = [];
  for (let position = 0; position + 1 < pts.length; position++) {
    if (isEndOfStretch(video, position)) continue;
    const next = pts[position + 1]!;
    if (next - pts[position]! <= 1.5 * step) continue;
    // What tore the next ones away may have hit this one.
    spans.push([pts[position]!, next, missing]);
    const clean = nextKey(roles, position + 1);
    if (clean > position + 1) spans.push([next, pts[clean] ?? video.packets.endPts, doubtful]);
  }
  return spans;
}

/**
 * What should have come after the last frame that did. Where reading stumbled, the headers say until when: the table
 * holds only what was still found. Elsewhere they do not count: they also speak of sound, and round.
 */
function tailOf(video: Video, fates: Uint8Array): Span[] {
  const { pts, endPts, lastReadPts, damaged: stumbled, endsEarly } = video.packets;
  if (!stumbled && !endsEarly) return [];
  const step = stepOf(video);
  const declared = clockOf(video).tickAt(video.declaredEndSeconds ?? 0);
  const lastSeen = pts[fates.findLastIndex((fate) => fate !== never)] ?? 0;
  const seen = lastSeen + step;
  if (endsEarly) {
    const from = Math.min(lastReadPts, seen);
    return [[from, Math.max(declared, endPts, from + step), short]];
  }
  return declared - seen > 2 * step ? [[seen, Math.max(declared, endPts), short]] : [];
}

/** Reading stumbled and nothing that was promised is missing: what was lost is not known. */
function somewhere(video: Video): Span {
  const { firstPts, endPts, lastReadPts, counted } = video.packets;
  const end = endPts + stepOf(video);
  // Where times are only counted, every frame after a lost one has another's time.
  if (counted) return [firstPts, end, "frames are missing, and it is not known where"];
  return [lastReadPts, end, "the file is damaged; what came after this is not known"];
}

const isEndOfStretch = ({ packets: { pts, resets } }: Video, position: number): boolean =>
  position + 1 === pts.length || resets.includes(position + 1);

/** The usual distance of two frames, in ticks. */
function stepOf({ packets: { pts, lastDuration } }: Video): number {
  const steps = pts.slice(1).map((time, index) => time - pts[index]!);
  steps.sort();
  return steps[steps.length >> 1] || lastDuration || 1;
}

/** Sorted, and one where they touch and their reasons go together: with that of the first. */
function joined(
  spans: readonly Span[],
  goTogether: (first: string, second: string) => boolean,
): Span[] {
  const sorted = spans.toSorted(([a], [b]) => a - b);
  const result: Span[] = [];
  for (const [from, to, reason] of sorted) {
    const last = result.at(-1);
    if (last && from <= last[1] && goTogether(last[2], reason))
      result[result.length - 1] = [last[0], Math.max(last[1], to), last[2]];
    else result.push([from, to, reason]);
  }
  return result;
}

/** No more than a row can hold: those that are nearest to each other are told as one. */
function bounded(spans: readonly Span[]): readonly Span[] {
  if (spans.length <= limits.gapsMax) return spans;
  const distances = spans.slice(1).map(([from], index) => from - spans[index]![1]);
  const near = distances.toSorted((a, b) => a - b)[spans.length - limits.gapsMax - 1]!;
  const result: Span[] = [];
  for (const [from, to, reason] of spans) {
    const last = result.at(-1);
    if (last && from - last[1] <= near) result[result.length - 1] = [last[0], to, last[2]];
    else result.push([from, to, reason]);
  }
  return result;
}
