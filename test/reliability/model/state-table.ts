import type { State } from "./machine.ts";

/** All states that were seen, by number in the order of their discovery. Compared whole: no state is lost to a hash. */
export class StateTable {
  readonly #width: number;
  #states: Uint32Array;
  #slots: Uint32Array;
  size = 0;

  constructor(width: number) {
    this.#width = width;
    this.#states = new Uint32Array(width * 2 ** 12);
    this.#slots = new Uint32Array(2 ** 13);
  }

  /** The state's number, negative (`~number`) where it is new. */
  add(state: State): number {
    const slot = this.#slotOf(state);
    const taken = this.#slots[slot]!;
    if (taken) return taken - 1;

    if ((this.size + 1) * this.#width > this.#states.length) this.#grow();
    this.#states.set(state, this.size * this.#width);
    this.size++;
    this.#slots[slot] = this.size;
    if (this.size * 2 > this.#slots.length) this.#rehash();
    return ~(this.size - 1);
  }

  /** Copies the state with this number into `into`. */
  read(number: number, into: State): State {
    const from = number * this.#width;
    for (let at = 0; at < this.#width; at++) into[at] = this.#states[from + at]!;
    return into;
  }

  #slotOf(state: State): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash(state) & mask; ; slot = (slot + 1) & mask) {
      const taken = this.#slots[slot]!;
      if (taken === 0 || this.#is(taken - 1, state)) return slot;
    }
  }

  #is(number: number, state: State): boolean {
    const from = number * this.#width;
    for (let at = 0; at < this.#width; at++) {
      if (this.#states[from + at] !== state[at]) return false;
    }
    return true;
  }

  #grow(): void {
    const states = new Uint32Array(this.#states.length * 2);
    states.set(this.#states);
    this.#states = states;
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    const state = new Uint32Array(this.#width);
    for (let number = 0; number < this.size; number++) {
      this.#slots[this.#slotOf(this.read(number, state))] = number + 1;
    }
  }
}

/** FNV-1a over whole words, with the finish of MurmurHash3 (the low bits choose the slot). */
function hash(state: State): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < state.length; at++) sum = Math.imul(sum ^ state[at]!, 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}
