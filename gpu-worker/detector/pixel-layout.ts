import type { ModelInput } from "../../contracts/model.ts";

/** Where the bytes of a frame lie in a model's input. */
export interface PixelLayout {
  /** Bytes from row to row, and from pixel to pixel. */
  readonly rowStride: number;
  readonly pixelStride: number;
  /** Where each channel begins. */
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** The layout of a model's input: planes one after the other for NCHW, pixel by pixel for NHWC. */
export function pixelLayoutOf({
  layout,
  channels,
  width,
  height,
}: Pick<ModelInput, "layout" | "channels" | "width" | "height">): PixelLayout {
  const planar = layout === "NCHW" || layout === "CHW";
  const channelStride = planar ? width * height : 1;
  const [red, blue] = channels === "RGB" ? [0, 2 * channelStride] : [2 * channelStride, 0];
  const strides = planar
    ? { rowStride: width, pixelStride: 1 }
    : { rowStride: width * 3, pixelStride: 3 };
  return { ...strides, red, green: channelStride, blue };
}

/** Bytes of one frame. */
export const frameBytesOf = ({ width, height }: Pick<ModelInput, "width" | "height">): number =>
  width * height * 3;
