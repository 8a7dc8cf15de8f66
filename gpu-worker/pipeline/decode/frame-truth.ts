import { PermanentError } from "../../../contracts/errors.ts";
import type { Video } from "../probe/probe.ts";
import { damage, showsAll } from "./damage.ts";
import { placesOf } from "./places.ts";
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
  /** Ticks by which the decoder's times are later than the table's: its delay, where times are only counted. */
  readonly shift: number;
  /** What stands in the way of trusting the rest, if anything. */
  readonly fault: Error | undefined;
}

export const never = 0;
export const whole = 1;
export const damaged = 2;

const frameLine = /\bn: *\d+ pts: *(-?\d+|NOPTS)\b/;
const configLine = /config in time_base: (\d+)\/(\d+)/;
export function frameTruth(
  video: Pick<Video, "packets" | "timeBase" | "streamIndex" | "codec" | "firstField">,
  selection: Selection,
): FrameTruth {
  const { packets, timeBase } = video;
  const { pts, leading } = packets;
  const fates = new Uint8Array(pts.length);
  const places = placesOf(packets);
  const damages = damage(video);
  const lastInRange = pts.findLastIndex((time) => time < selection.toPts);
  const selected: SelectedFrame[] = [];
  let [framesDecoded, framesSelected, lastIndex, origin] = [0, 0, -1, 0];
  let [started, pastRange] = [false, false];
  let fault: Error | undefined;
  // ffmpeg builds its filters anew when the picture's size changes; their state begins anew with them.
  let [n, chosen] = [0, selection.chooser()];

  function frame(text: string): void {
    const time = Number(text);
    if (Number.isNaN(time)) {
      fault ??= new PermanentError(
        "VIDEO_INCOMPLETE",
        `Frame ${framesDecoded} has no presentation time, so its place in the video is not known.`,
      );
      return;
    }
    const place = places.take(time);
    // What is shown first is frame 0, whatever a recording that began in mid-stream has in front of it.
    if (framesDecoded++ === 0) origin = Math.min(place ?? 0, leading);
    if (place !== undefined) fates[place] = damages.covers(place) ? damaged : whole;
    // Where a packet holds two pictures, or none, the order of decoding is what is left.
    lastIndex = Math.max(lastIndex + 1, showsAll(video) ? (place ?? 0) - origin : 0);

    if (chosen(n++, time)) {
      framesSelected++;
      selected.push({ frameIndex: lastIndex, pts: time });
    } else if (time >= selection.toPts && places.last >= lastInRange) {
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
      if (started) damages.hear(line, places.last + 1);
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
    get shift() {
      return places.shift;
    },
    get fault() {
      return fault;
    },
  };
}
