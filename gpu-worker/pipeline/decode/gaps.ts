import type { Gap } from "../../../contracts/artifact.ts";
import type { Video } from "../probe/probe.ts";
import { damaged, never, showsEveryPacket } from "./frame-truth.ts";
import type { Selection } from "./selection.ts";
import { clockOf } from "./timeline.ts";

const reasons = {
  [never]: "frames are missing or could not be decoded",
  [damaged]: "frames are damaged",
} as const;

/** The stretches of the asked range that the result does not cover, by the fate of each promised frame. */
export function gapsOf(video: Video, selection: Selection, fates: Uint8Array): Gap[] {
  const { pts, damaged: stumbled } = video.packets;
  // A packet without its frame is no loss where that is usual, as long as nothing is damaged.
  const trusted = showsEveryPacket(video) || stumbled || fates.includes(damaged);
  const lastSeen = fates.findLastIndex((fate) => fate !== never);

  const spans: [number, number, string][] = [];
  for (let start = 0; start <= lastSeen;) {
    const fate = fates[start]!;
    let end = start + 1;
    while (end < pts.length && fates[end] === fate) end++;
    if (fate === damaged || (fate === never && trusted)) {
      spans.push([pts[start]!, pts[end] ?? endOf(video), reasons[fate]]);
    }
    start = end;
  }
  const tail = tailOf(video, lastSeen);
  if (tail && (stumbled || trusted)) spans.push(tail);

  const clock = clockOf(video);
  return spans.flatMap(([from, to, reason]) => {
    const start = Math.max(from, selection.fromPts);
    const end = Math.min(to, selection.toPts);
    if (start >= end) return [];
    return [{ start: clock.secondsAt(start), end: clock.secondsAt(end), reason }];
  });
}

/**
 * What should have come after the last frame that did. Where reading stumbled, the headers say until when: the table
 * holds only what was still found. Elsewhere they do not count: they also speak of sound, and round.
 */
function tailOf(video: Video, lastSeen: number): [number, number, string] | undefined {
  const { pts, lastDuration, damaged: stumbled } = video.packets;
  const step = lastDuration || pts[1]! - pts[0]! || 0;
  const from = Math.min(pts[lastSeen]! + step, pts[lastSeen + 1] ?? Infinity);
  const declared = clockOf(video).tickAt(video.declaredEndSeconds ?? 0);
  if (stumbled && declared - from > 2 * step) {
    return [from, Math.max(declared, endOf(video)), "the file ends early"];
  }
  return lastSeen < pts.length - 1 ? [from, endOf(video), reasons[never]] : undefined;
}

const endOf = ({ packets: { pts, lastDuration } }: Video): number =>
  (pts.at(-1) ?? 0) + lastDuration;
