/** A pyramid of cells that explains a number of anchors. */
export interface Pyramid {
  readonly strides: readonly number[];
  readonly perCell: number;
}

const pyramids = [
  [8, 16, 32],
  [8, 16, 32, 64],
  [4, 8, 16, 32],
  [4, 8],
  [8, 16],
  [16, 32],
  [4, 8, 16],
  [16],
  [32],
  [8],
  [4],
];

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Cells of all levels of an input of that size. */
export const cellCount = ({ width, height }: Size, strides: readonly number[]): number =>
  strides.reduce((sum, stride) => sum + Math.ceil(width / stride) * Math.ceil(height / stride), 0);

/** Which strides, and how many anchors in each cell, give so many anchors for an input of that size. */
export function pyramidOf(
  anchors: number,
  size: Size,
  perCells: readonly number[] = [1, 3],
): Pyramid | undefined {
  for (const perCell of perCells) {
    const strides = pyramids.find((each) => cellCount(size, each) * perCell === anchors);
    if (strides) return { strides, perCell };
  }
  return undefined;
}

/** Middle of each cell in pixels, level by level, row by row. */
export function cellCentres(
  size: Size,
  { strides }: Pick<Pyramid, "strides">,
): readonly { readonly x: number; readonly y: number; readonly stride: number }[] {
  return strides.flatMap((stride) => {
    const columns = Math.ceil(size.width / stride);
    const rows = Math.ceil(size.height / stride);
    return Array.from({ length: columns * rows }, (_, at) => ({
      x: ((at % columns) + 0.5) * stride,
      y: (Math.floor(at / columns) + 0.5) * stride,
      stride,
    }));
  });
}
