/** Notices that something which should advance does not. */
export interface StallWatch {
  readonly advanced: () => void;
  /** Nobody waits for it now: standing still is no fault. */
  readonly pause: () => void;
  readonly end: () => void;
  readonly stalled: boolean;
}

/** Calls `onStall` once nothing has advanced for so long. */
export function stallWatch(seconds: number, onStall: () => void): StallWatch {
  let stalled = false;
  let timer: NodeJS.Timeout | undefined;
  const pause = () => clearTimeout(timer);
  const advanced = () => {
    pause();
    timer = setTimeout(() => {
      stalled = true;
      onStall();
    }, seconds * 1000);
  };
  advanced();
  return {
    advanced,
    pause,
    end: pause,
    get stalled() {
      return stalled;
    },
  };
}
