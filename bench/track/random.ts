/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** Evenly from `low` to below `high`. */
  readonly between: (low: number, high: number) => number;
  /** Normal, of mean 0 and this deviation. */
  readonly normal: (deviation: number) => number;
}

/** Mulberry32, a generator of 32 bits of state (Ettinger 2017). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    between: (low, high) => low + (high - low) * next(),
    // Box and Muller; the first factor never takes the logarithm of 0.
    normal: (deviation) =>
      deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}
