import { readFileSync, writeFileSync } from "node:fs";

/**
 * Writes the display matrix into the first track's header of an MP4 or MOV, which every ffmpeg reads and not every one
 * writes: turned clockwise, then mirrored from left to right.
 */
export function turnPicture(path: string, degrees: number, mirrored = false): void {
  const bytes = readFileSync(path);
  const matrix = bytes.indexOf("tkhd") + 4 + 40;
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.round(Math.cos(radians)), Math.round(Math.sin(radians))];
  const values = mirrored ? [-cos, sin, 0, sin, cos] : [cos, sin, 0, -sin, cos];
  for (const [index, value] of values.entries()) {
    bytes.writeInt32BE(value * 0x1_0000, matrix + index * 4);
  }
  writeFileSync(path, bytes);
}
