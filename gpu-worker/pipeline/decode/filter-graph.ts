import type { ModelInput } from "../../../contracts/model.ts";
import type { Placement } from "../../detector/letterbox.ts";
import type { PixelLayout } from "../../detector/pixel-layout.ts";
import type { Ffmpeg } from "../../ffmpeg/find.ts";
import type { Selection } from "./selection.ts";

export interface FilterRequest {
  readonly placement: Placement;
  readonly layout: PixelLayout;
  readonly pad: ModelInput["pad"];
  readonly selection: Pick<Selection, "expressions">;
  /** Size of the decoded picture, as displayed. */
  readonly source: { readonly width: number; readonly height: number };
  /** Filters that make the decoded picture the displayed one; they may change its size. */
  readonly before: readonly string[];
}

/** Every bit of the scaler's result is to be the same on every processor, and colours as exact as it can. */
const exactly = "accurate_rnd+full_chroma_int+full_chroma_inp+bitexact";

/** From decoded pictures to the model's input: bytes in its size and layout, with each frame's time told on stderr. */
export function filterGraph(
  { plainShowinfo }: Pick<Ffmpeg, "plainShowinfo">,
  { placement, layout, pad, selection: { expressions }, source, before }: FilterRequest,
): string {
  const { width, height, left, top, inputWidth, inputHeight } = placement;
  const showinfo = plainShowinfo ? "showinfo=checksum=0" : "showinfo";
  const fitted = [
    ...before,
    ...asRgb,
    ...scaled(placement, source),
    // The size is there already, unless a picture comes in another one than the video's first.
    `scale=${width}:${height}:flags=bilinear+${exactly}:in_color_matrix=bt709:in_range=tv`,
    // Before the padding, whose colour is given in RGB but applied in the format that the filter gets.
    `format=${layout.format}`,
    ...(width === inputWidth && height === inputHeight
      ? []
      : [`pad=${inputWidth}:${inputHeight}:${left}:${top}:color=${colourOf(pad)}`]),
    ...(layout.planes ? [`shuffleplanes=${layout.planes}`] : []),
  ];
  // With a selection every frame must be told of, the ones left out too: they prove that nothing is missing.
  const selects = expressions.map((expression) => `select='${expression}'`);
  const filters = selects.length > 0 ? [showinfo, ...selects, ...fitted] : [...fitted, showinfo];
  return filters.join(",");
}

/**
 * RGB first, in full size, by swscale's quick converter: what OpenCV's and ffmpeg's users feed their models with. It
 * takes a colour for four pixels and rounds down; colours made more exactly move scores of small objects by more than 0.05.
 */
const asRgb = ["scale=flags=bicubic", "format=rgb24"];

/**
 * Bilinear between the nearest pixels, as OpenCV's INTER_LINEAR, with which detectors are trained: swscale's `bilinear`
 * averages over more of them where it shrinks. Of its scalers only `fast_bilinear` takes two, and only on the way to
 * more than 14 bits are they centred (libswscale/utils.c, initFilter and "Match pixel 0 of the src"). Nothing comes out
 * more than one level from OpenCV's, for the time that `bilinear` takes.
 */
function scaled({ width, height }: Placement, source: FilterRequest["source"]): string[] {
  if (width === source.width && height === source.height) return [];
  // There and back by the same formula: left to itself, each version of ffmpeg chooses another.
  const formula = "out_color_matrix=bt709:out_range=tv";
  return [
    `scale=${width}:${height}:flags=fast_bilinear+${exactly}:${formula}`,
    "format=yuv444p16le",
  ];
}

/** As ffmpeg writes colours: 0xRRGGBB. */
function colourOf(pad: ModelInput["pad"]): string {
  const levels = typeof pad === "number" ? [pad, pad, pad] : pad;
  return `0x${levels.map((level) => level.toString(16).padStart(2, "0")).join("")}`;
}
