export interface SessionEndOptions {
  /** Ends after so many seconds without work; undefined: never. */
  readonly idleExitSeconds: number | undefined;
  /** Is over by then, in seconds since the start; undefined: never. */
  readonly runtimeSecondsMax: number | undefined;
  /** What a piece of work takes, about: with less left no new one is begun. */
  readonly workSeconds: number;
  /** What handing back takes at most. */
  readonly releaseSeconds: number;
  /** Tells the worker to stop, as SIGTERM does: work that is going on is handed back. */
  readonly stop: (why: "idle" | "max_runtime") => void;
}

export interface SessionEnd {
  readonly begins: () => void;
  readonly ends: () => void;
  /** Watches no more. */
  readonly close: () => void;
}

/** Ends a worker by itself: when there was nothing to do for long, and before whoever lent the machine takes it back. */
export function sessionEnd(options: SessionEndOptions): SessionEnd {
  const { idleExitSeconds, runtimeSecondsMax, workSeconds, releaseSeconds, stop } = options;
  const timers: NodeJS.Timeout[] = [];
  let isWorking = false;
  let isClosing = false;
  let idle: NodeJS.Timeout | undefined;
  const rest = () => {
    clearTimeout(idle);
    if (idleExitSeconds !== undefined) idle = after(idleExitSeconds, () => stop("idle"));
  };

  rest();
  if (runtimeSecondsMax !== undefined) {
    const last = Math.max(runtimeSecondsMax - releaseSeconds, runtimeSecondsMax / 2);
    // What is going on then may still end; a new piece would only be handed back.
    const lastBegin = Math.max(last - workSeconds, last / 2);
    timers.push(
      after(lastBegin, () => {
        isClosing = true;
        if (!isWorking) stop("max_runtime");
      }),
      after(last, () => stop("max_runtime")),
    );
  }
  return {
    begins() {
      isWorking = true;
      clearTimeout(idle);
    },
    ends() {
      isWorking = false;
      rest();
      if (isClosing) stop("max_runtime");
    },
    close() {
      clearTimeout(idle);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Timers of Node end at 25 days, which is more than any session. */
const after = (seconds: number, act: () => void): NodeJS.Timeout =>
  setTimeout(act, Math.min(seconds * 1000, 2 ** 31 - 1)).unref();
