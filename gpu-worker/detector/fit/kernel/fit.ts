// AssemblyScript: TypeScript's syntax, compiled to WebAssembly by `npm run build:fit` into ../fit-wasm.ts. `usize` are addresses.

/** What is the same for all pictures of a video, as ../fit-plan.ts writes it: fields in this order, four bytes each. */
@unmanaged
class FitPlan {
  sourceWidth: i32;
  sourceHeight: i32;
  width: i32;
  height: i32;
  /** Left neighbour of each column (i32), the last repeated up to a multiple of 8. */
  columns: usize;
  /** Weights of both neighbours (two i16), 2048 together. */
  columnWeights: usize;
  /** For each 8 columns: which bytes of 8 pairs of chroma belong to their left and right neighbours. */
  chromaPairs: usize;
  /** Upper and lower neighbour of each row (two i32), and their weights (two i32). */
  rows: usize;
  rowWeights: usize;
  /** 1 for Y, U and V with one colour for four pixels; 0 for planes of green, blue and red. */
  isYuv: i32;
  /** Bytes from row to row and from pixel to pixel of the model's input, and where each channel begins. */
  rowStride: i32;
  pixelStride: i32;
  red: i32;
  green: i32;
  blue: i32;
  /** Eight times the level of black, and what a level is worth, in units of 1/8192. */
  black: i32;
  luma: i32;
  redOfV: i32;
  greenOfU: i32;
  greenOfV: i32;
  blueOfU: i32;
}

/**
 * Fits a decoded picture into the model's input: colours as swscale's quick converter makes them, bilinear between the
 * two nearest pixels each way in the fixed-point sums of OpenCV's INTER_LINEAR. `scratch` has room for 15 bytes a column.
 */
export function fit(plan: FitPlan, source: usize, input: usize, scratch: usize): void {
  const padded = (plan.width + 7) & ~7;
  const rowBytes = <usize>(padded * 6);
  let upper = scratch;
  let lower = upper + rowBytes;
  const levels = lower + rowBytes;
  let inUpper = -1;
  let inLower = -1;

  for (let y = 0; y < plan.height; y++) {
    const pair = plan.rows + ((<usize>y) << 3);
    const above = load<i32>(pair);
    const below = load<i32>(pair, 4);
    // Where a picture grows, the row below is the next one's row above.
    if (inUpper != above && inLower == above) {
      const other = upper;
      upper = lower;
      lower = other;
      inLower = inUpper;
      inUpper = above;
    }
    if (inUpper != above) {
      scaleRow(plan, source, above, upper, padded);
      inUpper = above;
    }
    if (inLower != below) {
      scaleRow(plan, source, below, lower, padded);
      inLower = below;
    }
    mixRows(plan.rowWeights + ((<usize>y) << 3), upper, lower, levels, rowBytes);
    layOut(plan, levels, input + <usize>(y * plan.rowStride), padded);
  }
}

/** One row of the source in the width of the picture: red, green and blue, i16 of 128 for each level. */
function scaleRow(plan: FitPlan, source: usize, y: i32, into: usize, padded: i32): void {
  if (plan.isYuv) scaleYuvRow(plan, source, y, into, padded);
  else scalePlanes(plan, source, y, into, padded);
}

function scalePlanes(plan: FitPlan, source: usize, y: i32, into: usize, padded: i32): void {
  const plane = <usize>(plan.sourceWidth * plan.sourceHeight);
  const green = source + <usize>(y * plan.sourceWidth);
  const channel = (<usize>padded) << 1;
  for (let x = 0; x < padded; x += 8) {
    const columns = plan.columns + ((<usize>x) << 2);
    const weights = plan.columnWeights + ((<usize>x) << 2);
    const to = into + ((<usize>x) << 1);
    v128.store(to, between(pairs(green + plane * 2, columns, 0), weights));
    v128.store(to + channel, between(pairs(green, columns, 0), weights));
    v128.store(to + channel * 2, between(pairs(green + plane, columns, 0), weights));
  }
}

function scaleYuvRow(plan: FitPlan, source: usize, y: i32, into: usize, padded: i32): void {
  const chromaWidth = (plan.sourceWidth + 1) >> 1;
  const chromaHeight = (plan.sourceHeight + 1) >> 1;
  const lumaRow = source + <usize>(y * plan.sourceWidth);
  const uPlane = source + <usize>(plan.sourceWidth * plan.sourceHeight);
  const uRow = uPlane + <usize>((y >> 1) * chromaWidth);
  const vRow = uRow + <usize>(chromaWidth * chromaHeight);
  const black = i16x8.splat(<i16>plan.black);
  const noColour = i16x8.splat(128 << 3);
  const luma = i16x8.splat(<i16>plan.luma);
  const redOfV = i16x8.splat(<i16>plan.redOfV);
  const greenOfU = i16x8.splat(<i16>plan.greenOfU);
  const greenOfV = i16x8.splat(<i16>plan.greenOfV);
  const blueOfU = i16x8.splat(<i16>plan.blueOfU);
  const channel = (<usize>padded) << 1;

  for (let x = 0; x < padded; x += 8) {
    const columns = plan.columns + ((<usize>x) << 2);
    const weights = plan.columnWeights + ((<usize>x) << 2);
    const chroma = v128.load(plan.chromaPairs + ((<usize>x) << 1));
    const ys = pairs(lumaRow, columns, 0);
    const us = i8x16.swizzle(pairs(uRow, columns, 1), chroma);
    const vs = i8x16.swizzle(pairs(vRow, columns, 1), chroma);
    // Four columns with both their neighbours in each half.
    const y0 = highProduct(eightfold(i16x8.extend_low_i8x16_u(ys), black), luma);
    const y1 = highProduct(eightfold(i16x8.extend_high_i8x16_u(ys), black), luma);
    const u0 = eightfold(i16x8.extend_low_i8x16_u(us), noColour);
    const u1 = eightfold(i16x8.extend_high_i8x16_u(us), noColour);
    const v0 = eightfold(i16x8.extend_low_i8x16_u(vs), noColour);
    const v1 = eightfold(i16x8.extend_high_i8x16_u(vs), noColour);
    const red = i8x16.narrow_i16x8_u(
      i16x8.add(y0, highProduct(v0, redOfV)),
      i16x8.add(y1, highProduct(v1, redOfV)),
    );
    const green = i8x16.narrow_i16x8_u(
      i16x8.add(y0, i16x8.add(highProduct(u0, greenOfU), highProduct(v0, greenOfV))),
      i16x8.add(y1, i16x8.add(highProduct(u1, greenOfU), highProduct(v1, greenOfV))),
    );
    const blue = i8x16.narrow_i16x8_u(
      i16x8.add(y0, highProduct(u0, blueOfU)),
      i16x8.add(y1, highProduct(u1, blueOfU)),
    );
    const to = into + ((<usize>x) << 1);
    v128.store(to, between(red, weights));
    v128.store(to + channel, between(green, weights));
    v128.store(to + channel * 2, between(blue, weights));
  }
}

/** The bytes at eight columns and to the right of each; `halved` by 1 for chroma. */
function pairs(row: usize, columns: usize, halved: i32): v128 {
  let found = i8x16.splat(0);
  found = v128.load16_lane(row + <usize>(load<i32>(columns) >> halved), found, 0);
  found = v128.load16_lane(row + <usize>(load<i32>(columns, 4) >> halved), found, 1);
  found = v128.load16_lane(row + <usize>(load<i32>(columns, 8) >> halved), found, 2);
  found = v128.load16_lane(row + <usize>(load<i32>(columns, 12) >> halved), found, 3);
  found = v128.load16_lane(row + <usize>(load<i32>(columns, 16) >> halved), found, 4);
  found = v128.load16_lane(row + <usize>(load<i32>(columns, 20) >> halved), found, 5);
  found = v128.load16_lane(row + <usize>(load<i32>(columns, 24) >> halved), found, 6);
  return v128.load16_lane(row + <usize>(load<i32>(columns, 28) >> halved), found, 7);
}

function eightfold(values: v128, zero: v128): v128 {
  return i16x8.sub(i16x8.shl(values, 3), zero);
}

/** The upper 16 bits of each product, rounded down. */
function highProduct(values: v128, factor: v128): v128 {
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.extmul_low_i16x8_s(values, factor), 16),
    i32x4.shr_s(i32x4.extmul_high_i16x8_s(values, factor), 16),
  );
}

/** Eight columns between their neighbours: 11 bits of weight, of which 4 are dropped so that 16 are enough. */
function between(neighbours: v128, weights: usize): v128 {
  const low = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(neighbours), v128.load(weights));
  const high = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(neighbours), v128.load(weights, 16));
  return i16x8.narrow_i32x4_s(i32x4.shr_s(low, 4), i32x4.shr_s(high, 4));
}

/** Levels between two rows: each product is cut off at a quarter of a level, their sum rounded. */
function mixRows(weights: usize, upper: usize, lower: usize, levels: usize, rowBytes: usize): void {
  const upperWeight = i16x8.splat(<i16>load<i32>(weights));
  const lowerWeight = i16x8.splat(<i16>load<i32>(weights, 4));
  const half = i16x8.splat(2);
  for (let at: usize = 0; at < rowBytes; at += 16) {
    const quarters = i16x8.add(
      highProduct(v128.load(upper + at), upperWeight),
      highProduct(v128.load(lower + at), lowerWeight),
    );
    const rounded = i16x8.shr_s(i16x8.add(quarters, half), 2);
    v128.store64_lane(levels + (at >> 1), i8x16.narrow_i16x8_u(rounded, rounded), 0);
  }
}

/** Puts a row's levels where the model wants them. */
function layOut(plan: FitPlan, levels: usize, row: usize, padded: i32): void {
  const green = levels + <usize>padded;
  const blue = green + <usize>padded;
  if (plan.pixelStride == 1) {
    memory.copy(row + <usize>plan.red, levels, <usize>plan.width);
    memory.copy(row + <usize>plan.green, green, <usize>plan.width);
    memory.copy(row + <usize>plan.blue, blue, <usize>plan.width);
    return;
  }
  for (let x: usize = 0; x < <usize>plan.width; x++) {
    const pixel = row + x * <usize>plan.pixelStride;
    store<u8>(pixel + <usize>plan.red, load<u8>(levels + x));
    store<u8>(pixel + <usize>plan.green, load<u8>(green + x));
    store<u8>(pixel + <usize>plan.blue, load<u8>(blue + x));
  }
}
