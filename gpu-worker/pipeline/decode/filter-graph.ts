import type { DecodedPicture } from "../../detector/fit/decoded-picture.ts";
import type { Ffmpeg } from "../../ffmpeg/find.ts";
import type { Selection } from "./selection.ts";

export interface FilterRequest {
  /** As which pictures are to come out. */
  readonly picture: DecodedPicture;
  readonly selection: Pick<Selection, "expressions">;
  /** Filters that make the decoded picture the displayed one; they may change its size. */
  readonly before: readonly string[];
}

/** From decoded pictures to those that are fitted into the model's input, with each frame's time told on stderr. */
export function filterGraph(
  { plainShowinfo }: Pick<Ffmpeg, "plainShowinfo">,
  { picture: { format, width, height }, selection: { expressions }, before }: FilterRequest,
): string {
  const showinfo = plainShowinfo ? "showinfo=checksum=0" : "showinfo";
  const pictures = [
    ...before,
    ...(format === "gbrp" ? asRgb : []),
    // The size is there already, unless a picture comes in another one than the video's first.
    `scale=${width}:${height}:flags=${exactly}`,
    `format=${format}`,
  ];
  // With a selection every frame must be told of, the ones left out too: they prove that nothing is missing.
  const selects = expressions.map((expression) => `select='${expression}'`);
  const filters =
    selects.length > 0 ? [showinfo, ...selects, ...pictures] : [...pictures, showinfo];
  return filters.join(",");
}

/** RGB in full size by what OpenCV's and ffmpeg's users get without a word: they feed their models with it. */
const asRgb = ["scale=flags=bicubic", "format=rgb24"];

/** Every bit of the scaler's result is to be the same on every processor, and colours as exact as it can. */
const exactly = "bilinear+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact";
