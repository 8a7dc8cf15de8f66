import { limits } from "../../../contracts/limits.ts";
import { growingNumbers } from "./growing-numbers.ts";
import { beyond } from "./streams.ts";

/** What a picture is to others: needed by none before it, by those shown around it, or by all up to the next key. */
export const between = 0;
export const anchor = 1;
export const key = 2;

/** The frames that the container promises, in the order in which a decoder gives them out. */
export interface PacketTable {
  /**
   * Ticks of the stream's time base; what an edit list cuts away is left out. Ascending, except at `resets`. In
   * containers that say no presentation times (AVI) the times of decoding, which count frames.
   */
  readonly pts: Float64Array;
  /** One of `between`, `anchor` and `key` for each. */
  readonly roles: Uint8Array;
  /** Those of them that can be decoded alone: the times of the key frames, ascending. */
  readonly keys: Float64Array;
  /** Positions at which the container's time starts anew, as where two recordings were joined. */
  readonly resets: readonly number[];
  /**
   * Times of decoding of packets with a hole that may be the seam of two recordings: right before a key frame that begins
   * anew or follows without a pause. Whether a picture was hurt there is the decoder's to say: it does, in all we tried.
   */
  readonly seams: readonly number[];
  /** So many at the start need a key frame from before the file: no player can show them. */
  readonly leading: number;
  readonly firstPts: number;
  /** Where the frame that is shown last ends. */
  readonly endPts: number;
  /** Of the frame that is shown last, in ticks; 0 when unknown. */
  readonly lastDuration: number;
  /** Of the packet that was read last. */
  readonly lastReadPts: number;
  /** All packets of the stream, also those without a time and those that are cut away. */
  readonly packets: number;
  /** Reading stumbled: packets may be missing here that were in the video. */
  readonly damaged: boolean;
  /** The file ends before its container does: the last picture may be cut, and more should have come. */
  readonly endsEarly: boolean;
  /** The times are counted, not told: a decoder gives them out shifted by its delay. */
  readonly counted: boolean;
}

/** One packet as the demuxer tells of it; times in ticks, undefined where there are none. */
export interface Packet {
  readonly pts: number | undefined;
  readonly dts: number | undefined;
  readonly duration: number;
  readonly isKey: boolean;
}

/** How the reading of all packets went. */
export interface Reading {
  readonly stumbled: boolean;
  /** Times of decoding of packets in which something was missing. */
  readonly corrupt: readonly number[];
  /** Pictures that the headers promise, where they count them. */
  readonly framesDeclared?: number | undefined;
  readonly endsEarly: boolean;
}

/** Takes the packets in the order of the file, and refuses times and rates that no video has. */
export function packetTable({
  ticksPerSecond,
  counted,
  hidesPackets,
}: {
  ticksPerSecond: number;
  counted: boolean;
  /** A packet that shows nothing may have the time of the one that is shown next (VP8): both are one frame. */
  hidesPackets: boolean;
}) {
  // A time and its role share one number, so that both are sorted at once.
  const codes = growingNumbers();
  const resets: number[] = [];
  const maybeSeams: number[] = [];
  let [packets, min, max, earlierSpans] = [0, Infinity, -Infinity, 0];
  let [lastDts, lastStep] = [-Infinity, 0];
  let [lastPts, lastDuration, lastReadPts] = [-Infinity, 0, 0];
  let firstKeyPts: number | undefined;

  const seconds = () => (earlierSpans + Math.max(0, max - min)) / ticksPerSecond;

  function checkRate(): void {
    if (packets <= limits.framesPerSecondMax * (seconds() + 1)) return;
    throw beyond("frames per second", packets / (seconds() + 1), limits.framesPerSecondMax);
  }

  return {
    add({ pts, dts, duration, isKey }: Packet, discarded: boolean): void {
      if (++packets > limits.framesMax) throw beyond("frames and more", packets, limits.framesMax);
      if (packets % rateCheckPackets === 0) checkRate();
      const time = counted ? dts : pts;
      if (isKey) firstKeyPts ??= time;
      if (time === undefined || discarded) return;
      if (Math.abs(time) > ticksMax) throw beyond("ticks", time, ticksMax);

      if (isKey && time < max && (dts === undefined || dts < lastDts)) {
        resets.push(codes.length);
        maybeSeams.push(lastDts);
        earlierSpans += max - min;
        [min, max] = [Infinity, -Infinity];
      }
      if (dts !== undefined) {
        const step = dts - lastDts;
        if (isKey && step > 0 && step <= 1.5 * lastStep) maybeSeams.push(lastDts);
        [lastDts, lastStep] = [dts, step];
      }
      const role = isKey ? key : time > max ? anchor : between;
      [min, max] = [Math.min(min, time), Math.max(max, time)];
      if (seconds() > limits.durationSecondsMax) {
        throw beyond("seconds", Math.round(seconds()), limits.durationSecondsMax);
      }
      const wasHidden = hidesPackets && codes.length > 0 && time === lastReadPts && !isKey;
      if (!wasHidden) codes.push(time * 4 + role);
      if (time >= lastPts) [lastPts, lastDuration] = [time, duration];
      lastReadPts = time;
    },

    end({ stumbled, corrupt, framesDeclared = 0, endsEarly }: Reading): PacketTable {
      checkRate();
      // A capture program may count one that it never wrote.
      const isShort = counted ? lastReadPts + 2 < framesDeclared : packets < framesDeclared;
      const sorted = codes.all();
      for (const [index, start] of [0, ...resets].entries()) {
        sorted.subarray(start, resets[index] ?? sorted.length).sort();
      }
      const pts = sorted.map((code) => Math.floor(code / 4));
      const roles = Uint8Array.from(sorted, (code, index) => code - pts[index]! * 4);
      const torn = new Set(corrupt);
      const seams = maybeSeams.filter((time) => torn.has(time));
      const firstEpoch = resets[0] ?? pts.length;
      const leading = pts.findIndex((time) => time >= (firstKeyPts ?? -Infinity));
      return {
        pts,
        roles,
        keys: pts.filter((_, index) => roles[index] === key).sort(),
        resets,
        seams,
        leading: leading === -1 ? 0 : Math.min(leading, firstEpoch),
        firstPts: pts.length === 0 ? 0 : pts.reduce((least, time) => Math.min(least, time)),
        endPts: pts.length === 0 ? 0 : lastPts + lastDuration,
        lastDuration,
        lastReadPts,
        packets,
        damaged: stumbled || isShort || corrupt.some((time) => !seams.includes(time)),
        endsEarly,
        counted,
      };
    },
  };
}

const rateCheckPackets = 4096;
/** Ticks that stay whole numbers with their role beside them. */
const ticksMax = 2 ** 50;
