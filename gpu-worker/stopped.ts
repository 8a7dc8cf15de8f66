/** Why work on a job ends from outside: never an error of the job's own. */
export type StopReason =
  | "lease_lost"
  /** Nothing advanced, so that the lease was not renewed. */
  | "stood_still"
  | "cancelled"
  | "deleted"
  | "shutdown"
  /** The worker's GPU fails every call: the work is another worker's, and this worker ends. */
  | "device_lost"
  /** The worker's machine is out of disk, memory or file handles: the work is another's, and this worker rests. */
  | "machine_fault"
  /** Of a segment: its job has ended or was cut anew. */
  | "job_moved_on"
  /** Of a segment: it was begun with an engine that this worker does not have. */
  | "other_engine";

/** The reason of an aborted signal. */
export class Stopped extends Error {
  override readonly name = "Stopped";
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`The work was stopped: ${reason.replaceAll("_", " ")}.`);
    this.reason = reason;
  }
}
