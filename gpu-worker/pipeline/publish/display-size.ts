import type { Video } from "../probe/probe.ts";

/** A picture's size with square pixels, even for 4:2:0, its longer side at most `pixelsMax`; nothing is enlarged. */
export function displaySize(
  { width, height, pixelAspectRatio }: Pick<Video, "width" | "height" | "pixelAspectRatio">,
  pixelsMax: number,
): { width: number; height: number } {
  const wide = width * pixelAspectRatio;
  const scale = Math.min(1, pixelsMax / Math.max(wide, height));
  const even = (side: number) => Math.max(2, 2 * Math.round((side * scale) / 2));
  return { width: even(wide), height: even(height) };
}
