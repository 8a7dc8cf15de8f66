/** Numbers that follow from a seed alone, so that a history can be played again. */
export interface Random {
  /** From 0 to below 1. */
  readonly next: () => number;
  /** True with this probability. */
  readonly chance: (probability: number) => boolean;
  /** From `from` to below `to`. */
  readonly between: (from: number, to: number) => number;
  /** A whole number from `from` to `to`, both included. */
  readonly whole: (from: number, to: number) => number;
  readonly pick: <Item>(items: readonly Item[]) => Item;
}

/** Random numbers of a 32-bit seed (sfc32, PractRand's small fast counter). */
export function randomOf(seed: number): Random {
  let [a, b, c, counter] = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88 | 0, 1];
  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  }
  for (let round = 0; round < 12; round++) next();
  const between = (from: number, to: number) => from + next() * (to - from);
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (items) => items[Math.floor(next() * items.length)]!,
  };
}
