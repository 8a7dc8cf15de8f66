import { PermanentError } from "../../../contracts/errors.ts";
import type { Video } from "../probe/probe.ts";
import type { Selection } from "./selection.ts";

/** A frame that ffmpeg has let through its selection. */
export interface SelectedFrame {
  readonly frameIndex: number;
  readonly pts: number;
}

/** What ffmpeg says of its frames on stderr, held against what the container promises. */
export interface FrameTruth {
  /** Takes one line. */
  readonly hear: (line: string) => void;
  /** Selected frames that were told of and not yet taken, first come first. */
  readonly take: () => SelectedFrame | undefined;
  /** A frame beyond the end of the range came by: no more will be selected. */
  readonly pastRange: boolean;
  readonly framesDecoded: number;
  readonly framesSelected: number;
  /** By position in the packet table: 0 never came, 1 came, 2 came damaged. */
  readonly fates: Uint8Array;
  /** What stands in the way of trusting the rest, if anything. */
  readonly fault: Error | undefined;
}

export const never = 0;
const whole = 1;
export const damaged = 2;

const frameLine = /\bn: *\d+ pts: *(-?\d+|NOPTS)\b/;
const configLine = /config in time_base: (\d+)\/(\d+)/;
/** Words of the decoders when a picture comes out patched. */
const damageLine =
  /corrupt decoded frame|concealing \d+|error while decoding MB|ac-tex damaged|Could not find ref with POC/;

/** VP8 has packets that show nothing, and the two fields of a frame may come in a packet each. */
export const showsEveryPacket = ({ codec, firstField }: Pick<Video, "codec" | "firstField">) =>
  codec !== "vp8" && firstField === undefined;

export function frameTruth(
  video: Pick<Video, "packets" | "timeBase" | "codec" | "firstField">,
  selection: Selection,
): FrameTruth {
  const { timeBase } = video;
  const { pts, decodingTimes } = video.packets;
  const placesCount = showsEveryPacket(video);
  const fates = new Uint8Array(pts.length);
  const selected: SelectedFrame[] = [];
  let [framesDecoded, framesSelected, lastIndex] = [0, 0, -1];
  let [started, damageAhead, pastRange] = [false, false, false];
  let fault: Error | undefined;
  // ffmpeg builds its filters anew when the picture's size changes; their state begins anew with them.
  let [n, chosen] = [0, selection.chooser()];

  /** The frame's place in the table: the first of its time that has not come yet. */
  function placeOf(time: number): number | undefined {
    const next = lastIndex + 1;
    if (decodingTimes) return next < pts.length ? next : undefined;
    let [low, high] = [0, pts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (pts[middle]! < time) low = middle + 1;
      else high = middle;
    }
    for (; pts[low] === time; low++) if (fates[low] === never) return low;
    // Where a container gives two frames one time, or the last one none, ffmpeg moves it on by a little.
    return pts[next]! <= time && fates[next] === never ? next : undefined;
  }

  function frame(text: string): void {
    const time = Number(text);
    if (Number.isNaN(time)) {
      fault ??= new PermanentError(
        "VIDEO_INCOMPLETE",
        `Frame ${framesDecoded} has no presentation time, so its place in the video is not known.`,
      );
      return;
    }
    framesDecoded++;
    const place = placeOf(time);
    if (place !== undefined) fates[place] = damageAhead ? damaged : whole;
    damageAhead = false;
    // Where times jump back, or a packet holds two pictures, the order of decoding is what is left.
    lastIndex = Math.max(lastIndex + 1, placesCount ? (place ?? 0) : 0);

    if (chosen(n++, time)) {
      framesSelected++;
      selected.push({ frameIndex: lastIndex, pts: time });
    } else if (time >= selection.toPts) {
      pastRange = true;
    }
  }

  function configured(above: number, below: number): void {
    if (above * timeBase[1] !== below * timeBase[0]) {
      const bases = `${above}/${below} instead of ${timeBase.join("/")}`;
      fault ??= new PermanentError("DECODE_FAILED", `ffmpeg counts time in ${bases}.`);
    }
    [n, chosen] = [0, selection.chooser()];
  }

  return {
    hear(line) {
      const time = frameLine.exec(line)?.[1];
      if (time !== undefined) return frame(time);
      const base = configLine.exec(line);
      if (base) return configured(Number(base[1]), Number(base[2]));
      // While ffmpeg only looks at the streams, its decoders complain without consequence.
      started ||= line.includes("Stream mapping:");
      damageAhead ||= started && damageLine.test(line);
    },
    take: () => selected.shift(),
    get pastRange() {
      return pastRange;
    },
    get framesDecoded() {
      return framesDecoded;
    },
    get framesSelected() {
      return framesSelected;
    },
    fates,
    get fault() {
      return fault;
    },
  };
}
