import type { State } from "./machine.ts";

/** Puts the few numbers of one part of a state in order, in place. */
export function order(state: State, from: number, to: number): void {
  for (let at = from + 1; at < to; at++) {
    const number = state[at]!;
    let place = at;
    for (; place > from && state[place - 1]! > number; place--) state[place] = state[place - 1]!;
    state[place] = number;
  }
}

/** Where each process went when `unordered` was put in order: the names of the places, moved as the numbers were. */
export function followed(
  names: readonly number[],
  unordered: State,
  groups: readonly (readonly [from: number, to: number])[],
): number[] {
  const moved = names.slice();
  for (const [from, to] of groups) {
    const places = Array.from({ length: to - from }, (_, index) => from + index);
    places.sort((a, b) => unordered[a]! - unordered[b]!);
    places.forEach((place, index) => (moved[from + index] = names[place]!));
  }
  return moved;
}
