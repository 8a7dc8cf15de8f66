import { PermanentError } from "../../../contracts/errors.ts";
import type { Preroll } from "../cut/preroll.ts";
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
  /** Of a segment only those within it. */
  readonly framesDecoded: number;
  readonly framesSelected: number;
  /** By position in the packet table: 0 never came, 1 came, 2 came damaged. */
  readonly fates: Uint8Array;
  /** Positions that decoding goes through, half open: of others their fate says nothing. */
  readonly from: number;
  readonly to: number;
  /** Ticks by which the decoder's times are later than the table's: its delay, where times are only counted. */
  readonly shift: number;
  /** What stands in the way of trusting the rest, if anything. */
  readonly fault: Error | undefined;
  /** Frames that came, of the segment or not. */
  readonly framesHeard: number;
  /** Where decoding is to begin, if not with the file. */
  readonly preroll: Preroll | undefined;
  /** Whether it began there: without a preroll from the first; at `astray` it will not any more. */
  readonly landing: "open" | "landed" | "astray";
}

/** What of a video is decoded, where it is not the whole: positions, half open. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly preroll: Preroll | undefined;
}

export const never = 0;
export const whole = 1;
export const damaged = 2;

const frameLine = /\bn: *\d+ pts: *(-?\d+|NOPTS)\b/;
/** A picture made from others: a decoder may begin with it, but what it shows then is not what the whole decode shows. */
const madeFromOthers = /\btype:[PB]\b/;
const configLine = /config in time_base: (\d+)\/(\d+)/;
export function frameTruth(
  video: Pick<Video, "packets" | "timeBase" | "streamIndex" | "codec" | "firstField">,
  selection: Selection,
  part?: Part,
): FrameTruth {
  const { packets, timeBase } = video;
  const { pts, leading } = packets;
  const fates = new Uint8Array(pts.length);
  const places = placesOf(packets);
  const damages = damage(video);
  const lastInRange = pts.findLastIndex((time) => time < selection.toPts);
  const selected: SelectedFrame[] = [];
  const { from = 0, preroll } = part ?? {};
  let [framesHeard, framesDecoded, framesSelected, lastIndex, origin] = [0, 0, 0, from - 1, 0];
  let [started, pastRange] = [false, false];
  let landing: FrameTruth["landing"] = preroll ? "open" : "landed";
  let fault: Error | undefined;
  // ffmpeg builds its filters anew when the picture's size changes; their state begins anew with them.
  let [n, chosen] = [0, selection.chooser()];

  function frame(text: string, line: string): void {
    const time = Number(text);
    if (preroll && landing === "open") landing = landingAt(preroll, time, line);
    if (landing === "astray") return;
    if (Number.isNaN(time)) {
      if (landing === "open") return;
      fault ??= new PermanentError(
        "VIDEO_INCOMPLETE",
        `Frame ${framesHeard} has no presentation time, so its place in the video is not known.`,
      );
      return;
    }
    const place = places.take(time);
    // What is shown first is frame 0, whatever a recording that began in mid-stream has in front of it.
    if (framesHeard++ === 0) origin = Math.min(place ?? 0, leading);
    if (place !== undefined) fates[place] = damages.covers(place) ? damaged : whole;

    if (!part || (time >= selection.fromPts && time < selection.toPts)) {
      framesDecoded++;
      // Where a packet holds two pictures, or none, the order of decoding is what is left.
      lastIndex = Math.max(lastIndex + 1, showsAll(video) ? (place ?? 0) - origin : 0);
    }
    if (chosen(n++, time)) {
      framesSelected++;
      selected.push({ frameIndex: lastIndex, pts: time });
    } else if (time >= selection.toPts && places.last >= lastInRange) {
      pastRange = true;
    }
  }

  function landingAt({ position }: Preroll, time: number, line: string): FrameTruth["landing"] {
    const wanted = pts[position]!;
    if (time === wanted) return madeFromOthers.test(line) ? "astray" : "landed";
    return time > wanted ? "astray" : "open";
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
      if (time !== undefined) return frame(time, line);
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
    get framesHeard() {
      return framesHeard;
    },
    preroll,
    get landing() {
      return landing;
    },
    get framesDecoded() {
      return framesDecoded;
    },
    get framesSelected() {
      return framesSelected;
    },
    fates,
    from: preroll?.position ?? 0,
    to: part?.to ?? pts.length,
    get shift() {
      return places.shift;
    },
    get fault() {
      return fault;
    },
  };
}
