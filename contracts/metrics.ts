/** CloudWatch's namespace of everything that the system measures of itself. */
export const metricNamespace = "Framequeue";

/**
 * Metrics by embedded format, without dimensions: each costs something a month beyond the ten that are free, so there are
 * few, and only what no metric of AWS' own says.
 */
export const metrics = {
  /** Seconds that the oldest waiting job has waited; said by the sweeper while one waits. */
  oldestWaiting: "OldestWaitingSeconds",
  /** Work that waits, in seconds of video; said by the scaler while there is any. */
  backlog: "BacklogVideoSeconds",
  /** Seconds for which work has waited while no worker was alive. */
  withoutWorker: "WaitingWithoutWorkerSeconds",
  /** Tasks that run without working, as the heartbeats say; said while a task runs. */
  idleTasks: "IdleTasks",
} as const;
