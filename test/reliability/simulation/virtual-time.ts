import type { Actor } from "./actor.ts";

interface Due {
  readonly at: number;
  readonly order: number;
  /** Whose code runs then; a dead one's does not, a frozen one's waits. Absent: the world's own. */
  readonly actor: Actor | undefined;
  readonly run: () => void;
  dropped: boolean;
}

/** What code under test gets from `setTimeout`. */
class Timer {
  readonly due: Due;
  constructor(due: Due) {
    this.due = due;
  }
  ref = () => this;
  unref = () => this;
  hasRef = () => true;
}

const { setImmediate: nextTurn } = globalThis;

/** One clock for everybody, that goes on only when nobody has anything to do at this moment. */
export interface VirtualTime {
  /** Whole milliseconds; the true time, which no actor's clock need show. */
  readonly now: () => number;
  /** Runs a step of an actor's, or of the world, so many milliseconds from now. */
  readonly after: (milliseconds: number, actor: Actor | undefined, run: () => void) => void;
  /** Runs an actor's code at once; the timers that it sets are the actor's. */
  readonly as: (actor: Actor | undefined, run: () => void) => void;
  /** When something happens next; Infinity when nothing does. */
  readonly next: () => number;
  /** Does the next thing, and all that follows from it at the same moment. */
  readonly step: () => Promise<void>;
  /** Lets everything that needs no time come to rest. */
  readonly settle: () => Promise<void>;
  /** Goes on to this time, in which nothing happens. */
  readonly skipTo: (at: number) => void;
}

/** A clock that starts at an epoch time in milliseconds. */
export function virtualTime(startsAt: number): VirtualTime & { readonly globals: TimerGlobals } {
  let now = startsAt;
  let order = 0;
  let current: Actor | undefined;
  const heap: Due[] = [];

  const push = (at: number, actor: Actor | undefined, run: () => void): Due => {
    const due = { at: Math.ceil(at), order: order++, actor, run, dropped: false };
    insert(heap, due);
    return due;
  };

  // A turn of the real event loop begins when no promise is left to go on.
  const settle = () => new Promise<void>((resolve) => void nextTurn(resolve));

  async function step(): Promise<void> {
    const due = take(heap);
    if (!due || due.dropped) return;
    now = Math.max(now, due.at);
    const { actor, run } = due;
    if (actor && !actor.alive) return;
    if (actor && actor.frozenUntil > now) {
      push(actor.frozenUntil, actor, run);
      return;
    }
    as(actor, run);
    await settle();
  }

  function as(actor: Actor | undefined, run: () => void): void {
    current = actor;
    run();
  }

  return {
    now: () => now,
    after: (milliseconds, actor, run) => void push(now + milliseconds, actor, run),
    as,
    next() {
      while (heap[0] && (heap[0].dropped || heap[0].actor?.alive === false)) take(heap);
      return heap[0]?.at ?? Infinity;
    },
    step,
    settle,
    skipTo(at) {
      now = Math.max(now, at);
    },
    globals: {
      setTimeout: (run, milliseconds = 0) =>
        new Timer(push(now + Math.max(1, milliseconds), current, run)),
      clearTimeout(timer) {
        if (timer instanceof Timer) timer.due.dropped = true;
      },
      now: () => now,
    },
  };
}

interface TimerGlobals {
  readonly setTimeout: (run: () => void, milliseconds?: number) => Timer;
  readonly clearTimeout: (timer: unknown) => void;
  readonly now: () => number;
}

/**
 * Puts the clock in the place of the process's own until disposed of: product code takes its clock as an argument but
 * waits with the global timers.
 */
export function inPlaceOfTimers({ globals }: { readonly globals: TimerGlobals }): Disposable {
  const { setTimeout, clearTimeout } = globalThis;
  const { now } = Date;
  Object.assign(globalThis, {
    setTimeout: globals.setTimeout,
    clearTimeout: globals.clearTimeout,
  });
  Date.now = globals.now;
  return {
    [Symbol.dispose]() {
      Object.assign(globalThis, { setTimeout, clearTimeout });
      Date.now = now;
    },
  };
}

const isBefore = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

function insert(heap: Due[], due: Due): void {
  let at = heap.push(due) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (!isBefore(due, heap[above]!)) break;
    heap[at] = heap[above]!;
    at = above;
  }
  heap[at] = due;
}

function take(heap: Due[]): Due | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!last || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below++;
    if (!isBefore(heap[below]!, last)) break;
    heap[at] = heap[below]!;
    at = below;
  }
  heap[at] = last;
  return first;
}
