/** Memory for a fixed number of frames, shared with the detector's threads. */
export interface FramePool {
  /** Waits until there is one free. */
  readonly acquire: (signal: AbortSignal) => Promise<Uint8Array<SharedArrayBuffer>>;
  readonly release: (pixels: Uint8Array<SharedArrayBuffer>) => void;
}

/** So many buffers of so many bytes, made once: memory is the same whatever the video's length. */
export function framePool(frames: number, bytes: number): FramePool {
  const free = Array.from({ length: frames }, () => new Uint8Array(new SharedArrayBuffer(bytes)));
  const waiting: ((pixels: Uint8Array<SharedArrayBuffer>) => void)[] = [];

  return {
    async acquire(signal) {
      signal.throwIfAborted();
      const pixels = free.pop();
      if (pixels) return pixels;

      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array<SharedArrayBuffer>>();
      const abort = () => {
        waiting.splice(waiting.indexOf(resolve), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", abort, { once: true });
      waiting.push(resolve);
      return promise.finally(() => signal.removeEventListener("abort", abort));
    },
    release(pixels) {
      const next = waiting.shift();
      if (next) next(pixels);
      else free.push(pixels);
    },
  };
}
