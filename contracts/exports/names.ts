/** Longer names are cut: file systems stop at 255 bytes, and a letter may take four. */
const lettersMax = 48;

/** A video's name without its ending, fit for a file's name on any system. */
export function stemOf(filename: string): string {
  const base = filename
    .split(/[/\\]/)
    .at(-1)!
    .replace(/\.[^.]*$/, "");
  const safe = base.replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, "_").replace(/^[.-]+/, "");
  return Array.from(safe).slice(0, lettersMax).join("") || "video";
}

/** What a frame's picture is called, without ending: by its index among all frames of the video, from 0. */
export const frameName = (frameIndex: number): string =>
  `frame_${`${frameIndex}`.padStart(6, "0")}`;
