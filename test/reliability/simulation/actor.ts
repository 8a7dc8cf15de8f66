/** One process of the simulated system: a worker's life, or one invocation of a function. */
export interface Actor {
  readonly name: string;
  readonly kind: "worker" | "function";
  /** A dead one's code never goes on: its calls are not answered and its timers do not fire. */
  alive: boolean;
  /** Dies as soon as it tries anything more. */
  doomed: boolean;
  /** Its code stands still until then, true time. */
  frozenUntil: number;
  /** What its wall clock is off by, in milliseconds. */
  clockOffset: number;
  /** What follows from its death. */
  onDeath: () => void;
}

export const anActor = (
  name: string,
  kind: Actor["kind"],
  onDeath: () => void = () => {},
): Actor => ({
  name,
  kind,
  alive: true,
  doomed: false,
  frozenUntil: 0,
  clockOffset: 0,
  onDeath,
});

/** Ends a process as SIGKILL would. */
export function kill(actor: Actor): void {
  if (!actor.alive) return;
  actor.alive = false;
  actor.onDeath();
}
