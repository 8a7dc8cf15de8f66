import type { VideoFacts } from "../../../contracts/artifact.ts";
import type { Stream } from "./streams.ts";

export type Colour = NonNullable<VideoFacts["colour"]>;

/** What the file says of its colours, by ffmpeg's names; null where it says nothing. */
export function colourOf(stream: Stream): Colour {
  const { color_range: range, color_space, color_primaries, color_transfer } = stream;
  return {
    range: range === "pc" ? "full" : range === "tv" ? "limited" : null,
    matrix: told(color_space),
    primaries: told(color_primaries),
    transfer: told(color_transfer),
  };
}

const told = (name: string | undefined): string | null =>
  name === undefined || /^(unknown|reserved|unspecified)$/.test(name) ? null : name;

/** PQ and HLG: light beyond SDR's white, which a plain conversion would show grey and dull. */
export const isHdr = (colour: Colour): boolean => colour.transfer === "smpte2084" || isHlg(colour);

export const isHlg = ({ transfer }: Colour): boolean => transfer === "arib-std-b67";
