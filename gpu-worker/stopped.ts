/** Why work on a job ends from outside: never an error of the job's own. */
export type StopReason = "lease_lost" | "cancelled" | "deleted" | "shutdown";

/** The reason of an aborted signal. */
export class Stopped extends Error {
  override readonly name = "Stopped";
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`The work was stopped: ${reason.replace("_", " ")}.`);
    this.reason = reason;
  }
}
