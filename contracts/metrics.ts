/** Where CloudWatch keeps what the functions and workers count. */
export const metricsNamespace = "Framequeue";

/** Every metric, with its unit as CloudWatch spells it. Alarms and the dashboard name them from here. */
export const metricUnits = {
  /** Of the sweeper, each minute. */
  SweepCompleted: "Count",
  WaitingJobs: "Count",
  OldestWaitingSeconds: "Seconds",
  /** Rows that it looked at, messages that it sent anew, and rows that it could not repair. */
  SweptRows: "Count",
  SweptSent: "Count",
  SweepFailures: "Count",
  /** Of the scaler, each minute: work that nobody holds, and who is there for it. */
  BacklogVideoSeconds: "Seconds",
  BacklogWithoutWorkerSeconds: "Seconds",
  TasksStarting: "Count",
  TasksRunning: "Count",
  TasksStarted: "Count",
  TasksFailedAtStart: "Count",
  WorkersAlive: "Count",
  /** Tasks that run, without those at work: each minute costs a minute of a GPU. */
  IdleGpus: "Count",
} as const;

export type MetricName = keyof typeof metricUnits;
