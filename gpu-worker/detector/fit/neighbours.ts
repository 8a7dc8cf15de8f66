/** Weights of two neighbours make this together (OpenCV's INTER_RESIZE_COEF_SCALE). */
const weightsSum = 2048;

/** For each pixel of a scaled row or column: the source's pixel to its left, and the weights of that one and the next. */
export interface Neighbour {
  /** May be −1, where the first pixel lies farther in than the scaled one. */
  readonly first: number;
  readonly weights: readonly [number, number];
}

/**
 * The two nearest pixels, as OpenCV's INTER_LINEAR takes them (modules/imgproc/src/resize.cpp, cv::hal::resize): places
 * in double precision, their fractions in single, weights rounded to even.
 */
export function neighboursOf(source: number, scaled: number): Neighbour[] {
  const step = 1 / (scaled / source);
  return Array.from({ length: scaled }, (_, at) => {
    const place = Math.fround((at + 0.5) * step - 0.5);
    const first = Math.floor(place);
    const fraction = Math.fround(place - first);
    return { first, weights: [weightOf(Math.fround(1 - fraction)), weightOf(fraction)] };
  });
}

/** The same where nothing lies beyond the first and the last pixel: these count alone there. */
export function neighboursWithin(source: number, scaled: number): Neighbour[] {
  return neighboursOf(source, scaled).map((neighbour): Neighbour => {
    if (neighbour.first < 0) return { first: 0, weights: [weightsSum, 0] };
    if (neighbour.first >= source - 1) return { first: source - 1, weights: [weightsSum, 0] };
    return neighbour;
  });
}

function weightOf(part: number): number {
  const exact = part * weightsSum;
  const rounded = Math.round(exact);
  const isTie = Math.abs(exact - Math.trunc(exact)) === 0.5;
  return isTie && rounded % 2 === 1 ? rounded - 1 : rounded;
}
