import type { Gap } from "../../../contracts/artifact.ts";
import type { Video } from "../probe/probe.ts";
import { damaged, never } from "./frame-truth.ts";
import type { Selection } from "./selection.ts";
import { clockOf } from "./timeline.ts";

const reasons = {
  [never]: "frames are missing or could not be decoded",
  [damaged]: "frames are damaged",
} as const;

/**
 * The stretches of the asked range that the result does not cover, by the fate of each promised frame. An end that
 * the headers promise counts only where reading stumbled: headers also speak of sound, and round.
 */
export function gapsOf(video: Video, selection: Selection, fates: Uint8Array): Gap[] {
  const { packets, codec, interlaced, declaredEndSeconds = 0 } = video;
  const { pts, lastDuration } = packets;
  const { fromPts, toPts } = selection;
  const clock = clockOf(video);
  const endPts = (pts.at(-1) ?? 0) + lastDuration;
  const gaps: Gap[] = [];

  // VP8 has packets that show nothing, and fields can come one to a packet: no loss, as long as none is damaged.
  const packetsShowAll = codec !== "vp8" && !interlaced;
  const trusted = packetsShowAll || packets.damaged || fates.includes(damaged);

  for (let start = 0; start < pts.length;) {
    const fate = fates[start]!;
    let end = start + 1;
    while (end < pts.length && fates[end] === fate) end++;
    const [from, to] = [Math.max(pts[start]!, fromPts), Math.min(pts[end] ?? endPts, toPts)];
    if ((fate === damaged || (fate === never && trusted)) && from < to) {
      gaps.push({ start: clock.secondsAt(from), end: clock.secondsAt(to), reason: reasons[fate] });
    }
    start = end;
  }

  const endSeconds = clock.secondsAt(endPts);
  const missing = Math.min(declaredEndSeconds, clock.secondsAt(toPts)) - endSeconds;
  if (packets.damaged && missing > 2 * (lastDuration / clock.ticksPerSecond)) {
    gaps.push({ start: endSeconds, end: endSeconds + missing, reason: "the file ends early" });
  }
  return gaps;
}
