/** Numbers of which nobody knows beforehand how many will come. */
export interface GrowingNumbers {
  readonly length: number;
  readonly push: (value: number) => void;
  /** All so far; the memory is the list's own. */
  readonly all: () => Float64Array;
}

const firstLength = 4096;

/** Outside the heap: millions of numbers in an array, copied as it grows, let the heap grow by as much and stay so. */
export function growingNumbers(): GrowingNumbers {
  let kept = new Float64Array(firstLength);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(value) {
      if (length === kept.length) {
        // Moved, not copied: what was there before is free at once.
        kept = new Float64Array(kept.buffer.transfer(2 * kept.byteLength));
      }
      kept[length++] = value;
    },
    all: () => kept.subarray(0, length),
  };
}
