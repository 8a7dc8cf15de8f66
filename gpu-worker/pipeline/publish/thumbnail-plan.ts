import { limits } from "../../../contracts/limits.ts";
import type { Selection } from "../decode/selection.ts";
import { clockOf } from "../decode/timeline.ts";
import type { Video } from "../probe/probe.ts";

/** Which pictures a sprite takes, and how they are reached: never by decoding the video a second time. */
export type ThumbnailPlan =
  /** One pass over all key frames; the first of each cell of so many ticks is kept, counted from `fromPts`. */
  | { readonly mode: "pass"; readonly fromPts: number; readonly cellTicks: number }
  /** One start of ffmpeg for each of these key frames. */
  | { readonly mode: "seeks"; readonly pts: readonly number[] };

/** Key frames decoded for one that is kept, up to which a pass is cheaper than a start of ffmpeg for each kept one. */
const decodedPerKept = 8;
/** A start of ffmpeg costs as much as five frames of a job: 2 % of it at most, but a few thumbnails in a short one. */
const framesPerSeek = 400;
const seeksMin = 4;

/** One picture a second at most, all at key frames of the analysed range; undefined where it has no two. */
export function thumbnailPlan(
  video: Video,
  selection: Pick<Selection, "fromPts" | "toPts">,
): ThumbnailPlan | undefined {
  const { pts, keys, lastDuration } = video.packets;
  const inRange = (time: number) => time >= selection.fromPts && time < selection.toPts;
  const own = keys.filter(inRange);
  // A single picture for the whole of a video says nothing about a place in it.
  if (own.length < 2) return undefined;
  const frames = pts.filter(inRange);
  const fromPts = frames[0]!;
  const ticks = frames.at(-1)! + lastDuration - fromPts;
  const seconds = ticks / clockOf(video).ticksPerSecond;
  const wanted = Math.min(limits.thumbnailsMax, own.length, Math.max(1, Math.ceil(seconds)));

  if (keys.length <= decodedPerKept * wanted) {
    return { mode: "pass", fromPts, cellTicks: Math.max(1, ticks / wanted) };
  }
  const count = Math.min(wanted, Math.max(seeksMin, Math.floor(frames.length / framesPerSeek)));
  const at = (index: number) => own[Math.floor((index * own.length) / count)]!;
  return { mode: "seeks", pts: Array.from({ length: count }, (_, index) => at(index)) };
}
