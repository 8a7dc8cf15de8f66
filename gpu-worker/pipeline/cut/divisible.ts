import { showsAll } from "../decode/damage.ts";
import { key } from "../probe/packet-table.ts";
import type { Video } from "../probe/probe.ts";

/** What a video is asked about before it is cut. */
export type Divided = Pick<Video, "container" | "codec" | "firstField" | "packets">;

/** Containers in which a seek leads where it is to: measured with every clip of `npm run segments`. */
const containers = /^(mov|matroska|mpegts)\b/;

/** Times of MPEG-TS have 33 bits; where they begin anew a seek leads elsewhere. */
const transportTicks = 2 ** 33;

/**
 * Why a part of the video cannot be decoded by itself to the very frames that the whole would give there: a sentence, or
 * undefined where it can.
 */
export function whyNotDivisible(video: Divided): string | undefined {
  const { container, packets: table } = video;
  const { pts, roles } = table;
  if (!containers.test(container)) return `Nothing is promised of seeks in ${container}.`;
  if (table.damaged) return "The file is damaged.";
  if (table.endsEarly) return "The file ends early.";
  if (table.resets.length > 0) return "Its time begins anew within.";
  if (table.counted) return "Its times are counted, not told.";
  if (!showsAll(video)) return "Not every packet shows a picture.";
  if (table.packets !== pts.length) {
    return "An edit list cuts pictures away, or some have no time of their own.";
  }
  if (table.leading > 0 || roles[0] !== key) return "It begins without a key frame.";
  if (pts.some((time, position) => time === pts[position - 1])) return "Two frames have one time.";
  if (container === "mpegts" && (pts[0]! < 0 || pts.at(-1)! >= transportTicks)) {
    return "Its times begin anew within, after 33 bits.";
  }
  return undefined;
}
