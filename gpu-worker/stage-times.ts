import type { Progress } from "../contracts/work-row.ts";

/** What goes on side by side while frames are detected: waiting for one from ffmpeg, and the detector's work. */
export type SideWork = "decode" | "infer";

/** Notes when a job goes from one stage to the next, as it is reported. */
export interface StageTimes {
  readonly enter: (stage: Progress["stage"]) => void;
  /** Does it, and counts the time in which at least one piece of such work is under way. */
  readonly during: <Answer>(work: SideWork, does: () => Promise<Answer>) => Promise<Answer>;
  /** Seconds of each stage and of each such work so far, to the millisecond, by `{name}_seconds`. */
  readonly seconds: () => Readonly<Record<string, number>>;
}

export function stageTimes(monotonic: () => number): StageTimes {
  const spent = new Map<Progress["stage"] | SideWork, number>();
  const underWay = new Map<SideWork, { count: number; since: number }>();
  let current: Progress["stage"] | undefined;
  let since = monotonic();

  function account(): void {
    const now = monotonic();
    if (current) spent.set(current, (spent.get(current) ?? 0) + now - since);
    since = now;
  }
  function begin(work: SideWork): void {
    const { count, since } = underWay.get(work) ?? { count: 0, since: 0 };
    underWay.set(work, { count: count + 1, since: count === 0 ? monotonic() : since });
  }

  function end(work: SideWork): void {
    const { count, since } = underWay.get(work)!;
    underWay.set(work, { count: count - 1, since });
    if (count === 1) spent.set(work, (spent.get(work) ?? 0) + monotonic() - since);
  }

  return {
    async during(work, does) {
      begin(work);
      try {
        return await does();
      } finally {
        end(work);
      }
    },
    enter(stage) {
      if (stage === current) return;
      account();
      current = stage;
    },
    seconds() {
      account();
      return Object.fromEntries(
        [...spent].map(([stage, milliseconds]) => [
          `${stage}_seconds`,
          Math.round(milliseconds) / 1000,
        ]),
      );
    },
  };
}
