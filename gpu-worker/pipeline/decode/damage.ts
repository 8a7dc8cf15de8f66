import { limits } from "../../../contracts/limits.ts";
import { corruptPacket } from "../../ffmpeg/corrupt-packet.ts";
import { key } from "../probe/packet-table.ts";
import type { Video } from "../probe/probe.ts";

/** Words of ffmpeg's decoders when a picture comes out patched. */
const patched = new RegExp(
  [
    "corrupt decoded frame",
    "concealing \\d+",
    "\\[error\\].*\\bdamaged\\b",
    "error while decoding MB",
    "Could not find ref with POC",
    "Frame num gap",
    "cu_qp_delta .* outside the valid range",
    "LZW decode failed",
    "mjpeg.*\\[error\\] error (dc|y=)",
  ].join("|"),
);
/** A packet gave no picture: where each packet is known to show one, the picture is missed anyway. */
const refused = /Error while decoding stream|Error submitting (a )?packet to (the )?decoder/;

/** Which frames may show what never was, by what ffmpeg says while it decodes. */
export interface Damage {
  /** Takes a line of stderr, heard while `position` is the place of the next frame. */
  readonly hear: (line: string, position: number) => void;
  readonly covers: (position: number) => boolean;
}

/**
 * The words come ahead of the picture that they are about, by as much as the decoder works ahead; and pictures made
 * from a damaged one are damaged, too, up to the next key frame.
 */
export function damage({
  packets: { pts, roles, seams },
  streamIndex,
  ...video
}: Pick<Video, "packets" | "streamIndex" | "codec" | "firstField">): Damage {
  let [from, until] = [Infinity, -Infinity];
  const words = showsAll(video) ? [patched] : [patched, refused];

  /** The first position that the line may be about, if it is about damage. */
  function damagedFrom(line: string, position: number): number | undefined {
    const packet = corruptPacket(line);
    if (!packet) return words.some((each) => each.test(line)) ? position : undefined;
    if (packet.streamIndex !== streamIndex || seams.includes(packet.dts)) return undefined;
    // No picture is shown before it is decoded.
    const first = pts.findIndex((time, index) => index >= position && !(time < packet.dts));
    return first === -1 ? position : first;
  }

  return {
    hear(line, position) {
      const first = damagedFrom(line, position);
      if (first === undefined) return;
      from = position >= until ? first : Math.min(from, first);
      until = Math.max(until, nextKey(roles, first + limits.decodeAheadFrames));
    },
    covers: (position) => position >= from && position < until,
  };
}

/** Whether each packet shows a picture: VP8 has packets that show none, and fields can come one to a packet. */
export const showsAll = ({ codec, firstField }: Pick<Video, "codec" | "firstField">): boolean =>
  codec !== "vp8" && firstField === undefined;

/** The first key frame at or after a position, or the end. */
export function nextKey(roles: Uint8Array, position: number): number {
  const found = roles.indexOf(key, position);
  return found === -1 ? roles.length : found;
}
