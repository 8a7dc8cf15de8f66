import { limits } from "./limits.ts";
import type { JobOptions } from "./pipeline.ts";

/** Seconds, from `90`, `90.5`, `1:30` or `1:01:30`; undefined where the text is none of these. */
export function secondsOf(text: string): number | undefined {
  if (!/^(\d+:){0,2}\d+(\.\d+)?$/.test(text)) return undefined;
  return text.split(":").reduce((seconds, part) => seconds * 60 + Number(part), 0);
}

/** The part of a video between two times, in seconds, either of which may be left open. */
export const timeRangeOf = (
  from: number | undefined,
  to: number | undefined,
): NonNullable<JobOptions["time_range"]> | undefined =>
  from === undefined && to === undefined
    ? undefined
    : { start: from ?? 0, end: to ?? limits.durationSecondsMax };
