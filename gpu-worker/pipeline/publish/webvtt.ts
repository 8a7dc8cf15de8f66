/** A stretch of a video, in seconds, and what stands for it. */
export interface Cue {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A WebVTT file, which many players read for their previews on hover (W3C WebVTT, media fragments). */
export const webVtt = (cues: readonly Cue[]): string =>
  ["WEBVTT", ...cues.map(({ start, end, text }) => `${time(start)} --> ${time(end)}\n${text}`)]
    .join("\n\n")
    .concat("\n");

function time(seconds: number): string {
  const all = Math.max(0, Math.round(seconds * 1000));
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const rest = String(all % 1000).padStart(3, "0");
  return `${two(all / 3_600_000)}:${two((all / 60_000) % 60)}:${two((all / 1000) % 60)}.${rest}`;
}
