/**
 * A picture that says its number and how it stands. Places are fractions of the displayed picture, so that they are
 * found again after any scaling: the number as squares along the upper edge, lowest bit on the left, white for one;
 * four patches of known colour along the lower edge, of which the first says what is left; a bar that moves between.
 */
export const numberBits = 12;
export const numberCell = { width: 0.075, height: 24 / 180 } as const;

type Rgb = readonly [number, number, number];

/** Of the patches, left to right. None is lighter than what tone mapping leaves as it is (30 % of white). */
export const patchColours: readonly Rgb[] = [
  [150, 50, 45],
  [60, 140, 70],
  [60, 75, 145],
  [128, 128, 128],
];
const patchTop = 0.7;
const bar = { top: 0.25, bottom: 0.6, width: 0.15, travel: 0.8 } as const;
const [white, black, ground]: Rgb[] = [
  [235, 235, 235],
  [16, 16, 16],
  [80, 80, 80],
];

/** Where the bar's left edge is at a moment, counted in frames. */
const barAt = (moment: number): number => ((moment * 0.06) % 1) * bar.travel;

function colourAt(x: number, y: number, number: number, moment: number): Rgb {
  if (y < numberCell.height && x < numberBits * numberCell.width) {
    return (number >> Math.floor(x / numberCell.width)) & 1 ? white! : black!;
  }
  if (y >= patchTop) return patchColours[Math.floor(x * patchColours.length)]!;
  const from = barAt(moment);
  const onBar = y >= bar.top && y < bar.bottom && x >= from && x < from + bar.width;
  return onBar ? white! : ground!;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** RGB bytes of one picture; with a first field, the other one's rows show the bar half a frame later. */
export function paint(
  number: number,
  { width, height }: PictureSize,
  firstField?: "top" | "bottom",
): Uint8Array {
  const pixels = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const isLate = firstField !== undefined && (row % 2 === 0) === (firstField === "bottom");
    const moment = number + (isLate ? 0.5 : 0);
    for (let column = 0; column < width; column++) {
      const colour = colourAt((column + 0.5) / width, (row + 0.5) / height, number, moment);
      pixels.set(colour, (row * width + column) * 3);
    }
  }
  return pixels;
}

/** Reads a picture back: `pixelAt` answers for a place in fractions of it. */
export type PixelAt = (x: number, y: number) => Rgb;

/** The number that the picture says. */
export function numberIn(pixelAt: PixelAt): number {
  let number = 0;
  for (let bit = 0; bit < numberBits; bit++) {
    const [red, green, blue] = pixelAt((bit + 0.5) * numberCell.width, numberCell.height / 2);
    if (red + green + blue > 3 * 128) number += 2 ** bit;
  }
  return number;
}

/** How far the patches are from their colours at most, in steps of 0–255; large where the picture is turned or mirrored. */
export function colourError(pixelAt: PixelAt): number {
  const errors = patchColours.map((colour, at) => {
    const seen = pixelAt((at + 0.5) / patchColours.length, (1 + patchTop) / 2);
    return Math.max(...seen.map((value, channel) => Math.abs(value - colour[channel]!)));
  });
  return Math.max(...errors);
}

/** The share of rows in which the second field's bar is seen where the first field's is not: 0 where one field is shown. */
export function combing(pixelAt: PixelAt, number: number, rows: number): number {
  // Only the second field's bar reaches to here.
  const x = barAt(number + 0.5) + bar.width - 0.015;
  const inBar = Array.from({ length: rows }, (_, row) => (row + 0.5) / rows).filter(
    (y) => y > bar.top + 0.05 && y < bar.bottom - 0.05,
  );
  const light = inBar.filter((y) => pixelAt(x, y)[1] > 105).length;
  return light / inBar.length;
}
