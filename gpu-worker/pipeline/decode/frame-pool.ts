import type { FrameSlot } from "../../detector/fit/frame-memory.ts";

/** A fixed number of frames in memory, shared with the detector's threads: as much whatever the video's length. */
export interface FramePool {
  /** Waits until there is one free. */
  readonly acquire: (signal: AbortSignal) => Promise<FrameSlot>;
  readonly release: (slot: FrameSlot) => void;
}

export function framePool(slots: readonly FrameSlot[]): FramePool {
  const free = [...slots];
  const waiting: ((slot: FrameSlot) => void)[] = [];

  return {
    async acquire(signal) {
      signal.throwIfAborted();
      const slot = free.pop();
      if (slot) return slot;

      const { promise, resolve, reject } = Promise.withResolvers<FrameSlot>();
      const abort = () => {
        waiting.splice(waiting.indexOf(resolve), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", abort, { once: true });
      waiting.push(resolve);
      return promise.finally(() => signal.removeEventListener("abort", abort));
    },
    release(slot) {
      const next = waiting.shift();
      if (next) next(slot);
      else free.push(slot);
    },
  };
}
