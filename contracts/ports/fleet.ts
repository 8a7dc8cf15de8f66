/** GPU tasks of ours, as whoever runs them counts them: some minutes late at worst. */
export interface FleetView {
  /** On their way: their container does not run yet, or has only just begun to. */
  readonly starting: number;
  readonly running: number;
  /** Tasks that died at their start after the last one that lived, and when the last of them did (epoch milliseconds). */
  readonly failures: { readonly count: number; readonly lastAt?: number };
  /** From asking for a task to its container, the median of those that run; absent where none does. */
  readonly bootSeconds?: number;
}

/** Where GPU workers run. There is no stopping: a worker that is idle ends by itself. */
export interface Fleet {
  view(): Promise<FleetView>;
  /** Starts up to so many tasks, and answers how many; asked again with the same token, it starts none. */
  start(tasks: number, token: string): Promise<number>;
}
