import type { Video } from "../probe/probe.ts";

/** Turns the stream's ticks into seconds on the player's timeline, and back. */
export interface Clock {
  /** To the microsecond, which is as fine as containers say their start. */
  readonly secondsAt: (pts: number) => number;
  /** The first tick at or after so many seconds. */
  readonly tickAt: (seconds: number) => number;
  readonly ticksPerSecond: number;
}

export function clockOf({
  timeBase: [above, below],
  startTime,
}: Pick<Video, "timeBase" | "startTime">): Clock {
  return {
    secondsAt: (pts) => Math.round(((pts * above) / below - startTime) * 1e6) / 1e6,
    // Half a microsecond of grace: the start itself is rounded to that.
    tickAt: (seconds) => Math.ceil(((seconds + startTime - 5e-7) * below) / above),
    ticksPerSecond: below / above,
  };
}
