import type { Progress } from "../contracts/work-row.ts";

/** Notes when a job goes from one stage to the next, as it is reported. */
export interface StageTimes {
  readonly enter: (stage: Progress["stage"]) => void;
  /** Seconds of each stage so far, to the millisecond, by `{stage}_seconds`. */
  readonly seconds: () => Readonly<Record<string, number>>;
}

export function stageTimes(monotonic: () => number): StageTimes {
  const spent = new Map<Progress["stage"], number>();
  let current: Progress["stage"] | undefined;
  let since = monotonic();

  function account(): void {
    const now = monotonic();
    if (current) spent.set(current, (spent.get(current) ?? 0) + now - since);
    since = now;
  }
  return {
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
