// Pixels: large enough to be seen through the first strides, small enough to give every cell something else.
const blockSize = 16;

/** Values of a test picture (or several), the same ones every time, between 0 and `top`. */
export function pictureValues(
  dims: readonly number[],
  { picture, top, channelsLast }: PictureFill,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(dims.reduce((product, size) => product * size, 1));
  if (picture === "grey") return values.fill((114 / 255) * top);

  const [height = 1, width = 1, channels = 1] = channelsLast
    ? dims.slice(-3)
    : [...dims.slice(-2), ...dims.slice(-3, -2)];
  const across = Math.ceil(width / blockSize);
  const levels = blockLevels(Math.ceil(height / blockSize) * across * channels);
  const [stepX, stepY, stepChannel] = channelsLast
    ? [channels, channels * width, 1]
    : [1, width, width * height];
  for (let index = 0; index < values.length; index++) {
    const x = Math.floor(index / stepX) % width;
    const y = Math.floor(index / stepY) % height;
    const channel = Math.floor(index / stepChannel) % channels;
    const block = Math.floor(y / blockSize) * across + Math.floor(x / blockSize);
    values[index] = levels[block * channels + channel]! * top;
  }
  return values;
}

interface PictureFill {
  readonly picture: "grey" | "noise";
  readonly top: number;
  readonly channelsLast: boolean;
}

/** Numbers of 0–1 by a linear congruential generator (Numerical Recipes' constants). */
function blockLevels(count: number): readonly number[] {
  let state = 12345;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

/** IEEE 754 half precision of numbers between 0 and 255, cut off and not rounded. */
export function float16Bits(value: number): number {
  if (value < 2 ** -14) return Math.floor(value * 2 ** 24);
  const exponent = Math.floor(Math.log2(value));
  return ((exponent + 15) << 10) | Math.floor((value / 2 ** exponent - 1) * 1024);
}
