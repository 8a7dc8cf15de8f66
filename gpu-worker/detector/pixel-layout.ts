import type { ModelInput } from "../../contracts/model.ts";

/** How the bytes of a frame lie: what ffmpeg is to write, so that the model takes them as they are. */
export interface PixelLayout {
  /** ffmpeg's pixel format. */
  readonly format: "rgb24" | "bgr24" | "gbrp";
  /** Order into which the planes of `gbrp` (green, blue, red) are brought; absent for packed pixels. */
  readonly planes?: "2:0:1" | "1:0:2";
}

/** The layout of a model's input: planes one after the other for NCHW, pixel by pixel for NHWC. */
export function pixelLayoutOf({ layout, channels }: Pick<ModelInput, "layout" | "channels">) {
  const planar = layout === "NCHW" || layout === "CHW";
  if (!planar) return { format: channels === "RGB" ? "rgb24" : "bgr24" } satisfies PixelLayout;
  return {
    format: "gbrp",
    planes: channels === "RGB" ? "2:0:1" : "1:0:2",
  } satisfies PixelLayout;
}

/** Bytes of one frame. */
export const frameBytesOf = ({ width, height }: Pick<ModelInput, "width" | "height">): number =>
  width * height * 3;
