import type { DecodedPicture } from "../../detector/fit/decoded-picture.ts";
import { quickColours } from "../../detector/fit/quick-colours.ts";
import type { Placement } from "../../detector/letterbox.ts";
import type { Ffmpeg } from "../../ffmpeg/find.ts";
import { isHdr, isHlg } from "../probe/colour.ts";
import type { Video } from "../probe/probe.ts";
import { asZimgTakesHlg } from "./hlg-table.ts";

/**
 * Filters in front of the scaling to that size, from the stored picture to the displayed one. None of them holds a frame
 * back or changes its time, so that counts and times stay the container's. What they read is written by `writeHlgTable`.
 */
export const truePicture = (
  video: Video,
  { toneMapping }: Pick<Ffmpeg, "toneMapping">,
  size: Pick<Placement, "width" | "height">,
): string[] => [
  ...displayed(video),
  ...(mapsTones(video, { toneMapping }) ? standardRange(video, size) : []),
];

/** High dynamic range is brought to the standard one: what comes out is RGB. */
export const mapsTones = (
  { colour }: Pick<Video, "colour">,
  { toneMapping }: Pick<Ffmpeg, "toneMapping">,
): boolean => toneMapping && isHdr(colour);

/**
 * As which the displayed pictures come out: as they are stored where that is how most videos are, else as RGB; in full
 * size, because the model's input is fitted from the pixels themselves. Of an interlaced frame that is one field's size.
 */
export function decodedPicture(
  video: Video,
  { toneMapping }: Pick<Ffmpeg, "toneMapping">,
  placement: Placement,
): DecodedPicture {
  const { pixelFormat, colour } = video;
  if (mapsTones(video, { toneMapping })) {
    return { format: "gbrp", width: placement.width, height: placement.height };
  }
  const { width, height } = analysedSize(video);
  if (pixelFormat !== "yuv420p" && pixelFormat !== "yuvj420p") {
    return { format: "gbrp", width, height };
  }
  const isFullRange = pixelFormat === "yuvj420p" || colour.range === "full";
  const colours = quickColours(colour.matrix, isFullRange);
  return { format: pixelFormat, width, height, colours };
}

/**
 * Of an interlaced frame the field that was taken at the frame's own time. Both fields together show whatever moves
 * twice; filters that interpolate hold frames back, and lose them where the picture's size changes.
 */
const firstField = ({ firstField }: Pick<Video, "firstField">): string[] =>
  firstField ? [`field=type=${firstField}`] : [];

/** Of a field half of the stored lines, which a quarter turn stands upright. */
function analysedSize({ width, height, rotation, firstField }: Video) {
  if (!firstField) return { width, height };
  const lines = (stored: number) => Math.max(1, stored >> 1);
  return rotation === 90 || rotation === 270
    ? { width: lines(width), height }
    : { width, height: lines(height) };
}

const turns = {
  0: [],
  90: ["transpose=clock"],
  180: ["hflip", "vflip"],
  270: ["transpose=cclock"],
} as const;

/**
 * The displayed picture of the frame's own time. Turned and mirrored by us: what ffmpeg does of itself (`-autorotate`)
 * differs between its versions.
 */
const displayed = (video: Pick<Video, "rotation" | "mirrored" | "firstField">): string[] => [
  ...firstField(video),
  ...turns[video.rotation],
  ...(video.mirrored ? ["hflip"] : []),
];

/** Nits of what SDR calls white (ITU-R BT.2408), and how many times that the brightest light has that is kept apart. */
const [whiteNits, peak] = [203, 4.9];

/**
 * From high to standard dynamic range: what is darker than 30 % of white keeps its colour, lights above roll off. In the
 * model's size, because it is done in floating point: a tenth of the work at 1080p.
 */
function standardRange(
  { colour }: Pick<Video, "colour">,
  { width, height }: Pick<Placement, "width" | "height">,
): string[] {
  const from = `tin=${colour.transfer}:pin=${colour.primaries === "bt709" ? 709 : 2020}:min=gbr:rin=pc`;
  return [
    // Still PQ or HLG, but RGB: matrix and range are swscale's as for every other video, and odd sizes no matter.
    `scale=${width}:${height}:flags=bilinear+accurate_rnd+full_chroma_int+bitexact`,
    "format=gbrp12le",
    ...(isHlg(colour) ? [asZimgTakesHlg] : []),
    `zscale=${from}:t=linear:npl=${whiteNits}`,
    "format=gbrpf32le",
    "zscale=p=709",
    `tonemap=mobius:param=0.3:peak=${peak}:desat=0`,
    "zscale=t=709:m=gbr:r=pc",
    "format=gbrp",
  ];
}
