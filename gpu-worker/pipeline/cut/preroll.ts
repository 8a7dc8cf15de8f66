import { limits } from "../../../contracts/limits.ts";
import { key } from "../probe/packet-table.ts";
import type { Video } from "../probe/probe.ts";
import { whyNotDivisible } from "./divisible.ts";

/** Where decoding begins, ahead of the first frame that is wanted. */
export interface Preroll {
  /** Of a key frame in the packet table. The decoder must show it, or the seek went astray. */
  readonly position: number;
  /** What is sought, in the container's own time. */
  readonly seconds: number;
}

/**
 * One GOP ahead of the frame's own, and more where GOPs are short: what decoders say of pictures without a reference,
 * right behind a seek, must not reach what is wanted. Undefined where decoding begins with the file.
 */
export function prerollOf(
  video: Pick<Video, "container" | "codec" | "firstField" | "packets" | "timeBase">,
  from: number,
): Preroll | undefined {
  const { pts, roles } = video.packets;
  if (whyNotDivisible(video)) return undefined;
  const position = lastKey(roles, lastKey(roles, from) - limits.decodeAheadFrames);
  if (position <= 0) return undefined;

  // MPEG-TS is searched by times of decoding, of which a picture's is earlier than its own by the reordering.
  const reordered = video.container === "mpegts" ? limits.reorderedFramesMax : 0;
  const [above, below] = video.timeBase;
  const sought = (pts[Math.max(0, position - reordered)]! * above) / below;
  return { position, seconds: Math.floor(sought * 1e6) / 1e6 };
}

/** Options of an input: to a time of the container's, not from its start; every frame that comes from there on is let through. */
export const seekTo = ({ seconds }: Preroll): string[] => [
  ..."-noaccurate_seek -seek_timestamp 1 -ss".split(" "),
  seconds.toFixed(6),
];

/** The last key frame at or before a position; -1 where there is none. */
const lastKey = (roles: Uint8Array, position: number): number =>
  position < 0 ? -1 : roles.lastIndexOf(key, position);
