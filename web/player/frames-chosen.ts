import type { ResultManifest } from "../../contracts/artifact.ts";
import { limits } from "../../contracts/limits.ts";
import { clock } from "../words/format.ts";

/** Which frames of the video were looked at, in words; empty where it was all of them. */
export function framesChosen({
  sampling,
  time_range: range,
}: Pick<ResultManifest["settings"], "sampling" | "time_range">): string {
  const words: string[] = [];
  if (sampling.mode === "fps") words.push(`at most ${sampling.fps} frames a second`);
  if (sampling.mode === "stride") words.push(`one frame of ${sampling.stride}`);
  if (range && range.start > 0) words.push(`from ${clock(range.start)}`);
  if (range && range.end < limits.durationSecondsMax) words.push(`up to ${clock(range.end)}`);
  return words.join(", ");
}
