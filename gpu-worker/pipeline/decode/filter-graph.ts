import type { ModelInput } from "../../../contracts/model.ts";
import type { Ffmpeg } from "../../ffmpeg/find.ts";
import type { Placement } from "../../detector/letterbox.ts";
import type { Selection } from "./selection.ts";

/** From decoded pictures to the model's input: RGB bytes in its size, with each frame's time told on stderr. */
export function filterGraph(
  { plainShowinfo }: Pick<Ffmpeg, "plainShowinfo">,
  {
    placement: { width, height, left, top, inputWidth, inputHeight },
    selection: { expression },
    pad,
  }: { placement: Placement; selection: Selection; pad: ModelInput["pad"] },
): string {
  const showinfo = plainShowinfo ? "showinfo=checksum=0" : "showinfo";
  const scaled = [
    // Every bit of the scaler's result is to be the same on every processor.
    `scale=${width}:${height}:flags=bilinear+accurate_rnd+full_chroma_int+bitexact`,
    // Before the padding, whose colour is given in RGB but applied in the format that the filter gets.
    "format=rgb24",
    ...(width === inputWidth && height === inputHeight
      ? []
      : [`pad=${inputWidth}:${inputHeight}:${left}:${top}:color=${colourOf(pad)}`]),
  ];
  // With a selection every frame must be told of, the ones left out too: they prove that nothing is missing.
  const filters = expression
    ? [showinfo, `select='${expression}'`, ...scaled]
    : [...scaled, showinfo];
  return filters.join(",");
}

/** As ffmpeg writes colours: 0xRRGGBB. */
function colourOf(pad: ModelInput["pad"]): string {
  const levels = typeof pad === "number" ? [pad, pad, pad] : pad;
  return `0x${levels.map((level) => level.toString(16).padStart(2, "0")).join("")}`;
}
