/** Waiting time before the next look: the asked one, or, after failures, twice as long each time up to half a minute. */
export const nextLookMs = (failures: number, askedMs: number): number =>
  failures === 0 ? askedMs : Math.min(30_000, 1000 * 2 ** failures);

export interface Poll {
  /** Looks at once. */
  readonly now: () => void;
  readonly stop: () => void;
}

/**
 * Looks now and again until stopped. `look` says after how many milliseconds to look next, or null for never;
 * a hidden page rests and looks at once when it is seen again.
 */
export function poll(look: (signal: AbortSignal) => Promise<number | null>): Poll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current = new AbortController();
  let failures = 0;
  let due = false;

  async function run() {
    clearTimeout(timer);
    current.abort();
    current = new AbortController();
    const { signal } = current;

    let askedMs: number | null = 0;
    try {
      askedMs = await look(signal);
      failures = 0;
    } catch {
      failures++;
    }

    if (signal.aborted || askedMs === null) return;
    timer = setTimeout(next, nextLookMs(failures, askedMs));
  }

  const next = () => {
    due = document.hidden;
    if (!due) void run();
  };
  const seen = () => {
    if (due) next();
  };

  document.addEventListener("visibilitychange", seen);
  addEventListener("online", next);
  void run();

  return {
    now: () => void run(),
    stop: () => {
      clearTimeout(timer);
      current.abort();
      document.removeEventListener("visibilitychange", seen);
      removeEventListener("online", next);
    },
  };
}
