import type { ModelManifest } from "../../contracts/model.ts";

/** Where the picture lies in the model's input, in the input's pixels. */
export interface Placement {
  readonly inputWidth: number;
  readonly inputHeight: number;
  /** Size of the scaled picture. */
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  /** Input pixels per source pixel, unrounded as the model families use it for their boxes. */
  readonly scaleX: number;
  readonly scaleY: number;
}

/**
 * How a picture is fitted into the model's input. The families differ by a pixel, which moves scores: YOLOX truncates
 * the scaled size and starts top left; Ultralytics rounds it and centres, an odd pixel of padding to the far side. Which
 * goes with the anchor unless the manifest says it.
 */
export function placementOf(
  source: { readonly width: number; readonly height: number },
  { width, height, resize, anchor, rounding }: ModelManifest["input"],
): Placement {
  const input = { inputWidth: width, inputHeight: height };
  if (resize === "stretch") {
    const scale = { scaleX: width / source.width, scaleY: height / source.height };
    return { ...input, width, height, left: 0, top: 0, ...scale };
  }

  const scale = Math.min(width / source.width, height / source.height);
  const round =
    (rounding ?? (anchor === "top-left" ? "down" : "nearest")) === "down" ? Math.trunc : Math.round;
  const scaled = {
    width: Math.max(1, round(source.width * scale)),
    height: Math.max(1, round(source.height * scale)),
  };
  const [left, top] =
    anchor === "top-left" ? [0, 0] : [halved(width - scaled.width), halved(height - scaled.height)];
  return { ...input, ...scaled, left, top, scaleX: scale, scaleY: scale };
}

const halved = (rest: number): number => Math.max(0, Math.round(rest / 2 - 0.1));

/** A box of the model's input as a box of the source picture, cut off at its edges. */
export function boxInSource(
  [x1, y1, x2, y2]: readonly [number, number, number, number],
  { left, top, scaleX, scaleY }: Placement,
  source: { readonly width: number; readonly height: number },
): [number, number, number, number] {
  const within = (value: number, max: number) => Math.min(Math.max(value, 0), max);
  return [
    within((x1 - left) / scaleX, source.width),
    within((y1 - top) / scaleY, source.height),
    within((x2 - left) / scaleX, source.width),
    within((y2 - top) / scaleY, source.height),
  ];
}
