/** One step from a state to the next. */
export interface Edge {
  readonly label: string;
  /** Whether the step may be counted on: what the system and the time do by themselves, not a person and not luck. */
  readonly helps: boolean;
  /** What this step has broken, if it has. */
  readonly wrong?: string | undefined;
}

/** A state is a row of numbers; equal numbers are the same state. */
export type State = Uint32Array;

/** Something that can be explored: where it begins, what may happen, what must never be and what must always be possible. */
export interface Machine {
  /** How many numbers one state has. */
  readonly width: number;
  readonly start: readonly number[];
  /**
   * Calls back once for each step out of the state. `next` is the caller's only during the call, and absent where the
   * step leads over a bound of this exploration.
   */
  expand(state: State, visit: (next: State | undefined, edge: Edge) => void): void;
  /** What is broken in the state itself. */
  wrong(state: State): string | undefined;
  /** The end that must be possible from everywhere. */
  isGoal(state: State): boolean;
  /** One sentence per step of a path, each state following from the one before. */
  narrate(path: readonly State[]): readonly string[];
}
