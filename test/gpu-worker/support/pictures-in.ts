import { execFileSync } from "node:child_process";
import type { Tools } from "../../../gpu-worker/ffmpeg/find.ts";
import type { PictureSize, PixelAt } from "../../support/numbered-picture.ts";

/** Every picture of the file, by ffmpeg, as RGB. */
export function picturesIn(
  path: string,
  { ffmpeg }: Pick<Tools, "ffmpeg">,
  { width, height }: PictureSize,
): PixelAt[] {
  const raw = ["-v", "error", "-i", path, ..."-f rawvideo -pix_fmt rgb24 pipe:1".split(" ")];
  const bytes = execFileSync(ffmpeg.path, raw, { maxBuffer: 2 ** 26 });
  const pictureBytes = width * height * 3;
  return Array.from({ length: bytes.length / pictureBytes }, (_, index) => {
    const picture = bytes.subarray(index * pictureBytes);
    return (x, y) => {
      const at = (Math.floor(y * height) * width + Math.floor(x * width)) * 3;
      return [picture[at]!, picture[at + 1]!, picture[at + 2]!];
    };
  });
}
