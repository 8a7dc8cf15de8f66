import type { VideoFacts } from "../../contracts/artifact.ts";

const ranges = {
  standard: false,
  tone_mapped: "HDR brought to SDR",
  not_mapped: "HDR taken as SDR, so with dull colours",
} as const;

/** What was done to the stored picture before it was analysed, in words; nothing for most videos. */
export function pictureNotes(video: VideoFacts): string[] {
  const { rotation, mirrored, pixel_aspect_ratio, interlaced, dynamic_range } = video;
  return [
    rotation !== 0 && `rotated by ${rotation}°`,
    mirrored === true && "mirrored",
    pixel_aspect_ratio !== 1 && `pixels ${Number(pixel_aspect_ratio.toFixed(3))} : 1`,
    interlaced === true && "interlaced: first field",
    ranges[dynamic_range ?? "standard"],
  ].filter((note) => note !== false);
}
