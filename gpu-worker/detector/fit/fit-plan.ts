import type { ModelInput } from "../../../contracts/model.ts";
import type { Placement } from "../letterbox.ts";
import { pixelLayoutOf } from "../pixel-layout.ts";
import type { DecodedPicture } from "./decoded-picture.ts";
import { neighboursOf, neighboursWithin } from "./neighbours.ts";

export interface FitRequest {
  readonly picture: DecodedPicture;
  readonly placement: Placement;
  readonly input: ModelInput;
}

/** Fields of the kernel's FitPlan (kernel/fit.ts), four bytes each. */
const fieldBytes = 21 * 4;
/** Columns are worked on eight at a time. */
const lanes = 8;
const padded = (columns: number): number => Math.ceil(columns / lanes) * lanes;

/** Rows of two neighbours (three channels of i16) and of levels (three bytes), which a picture is fitted with. */
export const scratchBytesOf = ({ width }: Placement): number => padded(width) * 15;

/** What `writeFitPlan` writes at most. */
export const planBytesOf = ({ width, height }: Placement): number =>
  fieldBytes + padded(width) * 10 + height * 16 + 5 * alignment;

const alignment = 16;

/** Writes what is the same for all pictures of a video into memory at `at`, as the kernel reads it. */
export function writeFitPlan(
  memory: SharedArrayBuffer,
  at: number,
  { picture, placement, input }: FitRequest,
): void {
  const { width, height, left, top } = placement;
  let end = at + fieldBytes;
  function reserve(bytes: number): number {
    const start = Math.ceil(end / alignment) * alignment;
    end = start + bytes;
    return start;
  }

  const columns = new Int32Array(memory, reserve(padded(width) * 4), padded(width));
  const columnWeights = new Int16Array(memory, reserve(padded(width) * 4), padded(width) * 2);
  const chromaPairs = new Uint8Array(memory, reserve(padded(width) * 2), padded(width) * 2);
  const across = neighboursWithin(picture.width, width);
  for (let column = 0; column < padded(width); column++) {
    const { first, weights } = across[Math.min(column, width - 1)]!;
    const pair = (column % lanes) * 2;
    columns[column] = first;
    columnWeights.set(weights, column * 2);
    // Of an even pixel the next one has the same colour.
    chromaPairs.set([pair, pair + (first % 2)], column * 2);
  }

  const rows = new Int32Array(memory, reserve(height * 8), height * 2);
  const rowWeights = new Int32Array(memory, reserve(height * 8), height * 2);
  const within = (row: number) => Math.min(Math.max(row, 0), picture.height - 1);
  for (const [row, { first, weights }] of neighboursOf(picture.height, height).entries()) {
    rows.set([within(first), within(first + 1)], row * 2);
    rowWeights.set(weights, row * 2);
  }

  const { rowStride, pixelStride, red, green, blue } = pixelLayoutOf(input);
  const corner = top * rowStride + left * pixelStride;
  const colours = picture.format === "gbrp" ? undefined : picture.colours;
  new Int32Array(memory, at).set([
    picture.width,
    picture.height,
    width,
    height,
    columns.byteOffset,
    columnWeights.byteOffset,
    chromaPairs.byteOffset,
    rows.byteOffset,
    rowWeights.byteOffset,
    colours ? 1 : 0,
    rowStride,
    pixelStride,
    corner + red,
    corner + green,
    corner + blue,
    colours?.black ?? 0,
    colours?.luma ?? 0,
    colours?.redOfV ?? 0,
    colours?.greenOfU ?? 0,
    colours?.greenOfV ?? 0,
    colours?.blueOfU ?? 0,
  ]);
}

/** Fills a frame with the padding's colour; the picture is fitted over it. */
export function fillWithPadding(frame: Uint8Array, input: ModelInput): void {
  const { pixelStride, red, green, blue } = pixelLayoutOf(input);
  const levels = typeof input.pad === "number" ? [input.pad, input.pad, input.pad] : input.pad;
  for (const [channel, start] of [red, green, blue].entries()) {
    const level = levels[channel]!;
    if (pixelStride === 1) frame.fill(level, start, start + input.width * input.height);
    else for (let at = start; at < frame.length; at += pixelStride) frame[at] = level;
  }
}
