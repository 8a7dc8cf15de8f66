import type { QuickColours } from "./quick-colours.ts";

/** How a picture comes from ffmpeg: planes one after the other, each row right after the last. */
export type DecodedPicture = { readonly width: number; readonly height: number } & (
  | {
      /** Y, U and V of a byte, one colour for four pixels: as almost every video is stored. */
      readonly format: "yuv420p" | "yuvj420p";
      readonly colours: QuickColours;
    }
  /** Green, blue, red. */
  | { readonly format: "gbrp" }
);

/** Bytes of one picture. */
export function pictureBytesOf({ format, width, height }: DecodedPicture): number {
  if (format === "gbrp") return width * height * 3;
  return width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
}
