import type { ResultManifest } from "../artifact.ts";

/** Without the tail that binary fractions leave: results have hundredths of a pixel. */
export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** x1, y1, x2, y2 in pixels as left, top, width and height in hundredths of a pixel. */
export const leftTopSize = ([x1, y1, x2, y2]: readonly [number, number, number, number]): [
  left: number,
  top: number,
  width: number,
  height: number,
] => [x1, y1, rounded(x2 - x1, 2), rounded(y2 - y1, 2)];

/**
 * Frames of the whole video. Where a part of it was analysed, maybe only that was decoded, and the container's packets say
 * how many there are.
 */
export function framesInVideo(
  { settings, video }: ResultManifest,
  /** Of the last analysed frame, from 0; −1 where there is none. */
  lastIndex: number,
): number {
  const packets = settings.time_range ? video.packets : 0;
  return Math.max(video.frames_decoded, packets, lastIndex + 1);
}
