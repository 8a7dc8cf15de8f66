import { UsageError } from "../faults.ts";

const units = { h: 3600, m: 60, s: 1 } as const;

/** Seconds of a duration such as `11h30m`, `15m` or `90s`; throws what it is not. */
export function durationSeconds(option: string, text: string): number {
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  const [, h = 0, m = 0, s = 0] = match ?? [];
  const seconds = Number(h) * units.h + Number(m) * units.m + Number(s) * units.s;
  if (seconds > 0) return seconds;
  throw new UsageError(`${option} takes a duration such as 15m or 11h30m; not ${text}.`);
}
