/** Where CloudWatch keeps what the functions and workers count. */
export const metricsNamespace = "Framequeue";

/**
 * Every metric, with its unit as CloudWatch spells it. Alarms and the dashboard name them from here. Ten are free, each
 * further one costs something every month: what AWS measures itself, such as calls and errors of a function, is not here.
 */
export const metricUnits = {
  /** Of the sweeper, each minute. */
  WaitingJobs: "Count",
  OldestWaitingSeconds: "Seconds",
  /** Messages that it sent anew, and rows that it could not repair. */
  SweptSent: "Count",
  SweepFailures: "Count",
  /** Of the scaler, each minute: work that nobody holds, and who is there for it. */
  BacklogVideoSeconds: "Seconds",
  BacklogWithoutWorkerSeconds: "Seconds",
  TasksRunning: "Count",
  TasksStarted: "Count",
  WorkersAlive: "Count",
  /** Tasks that run, without those at work: each minute costs a minute of a GPU. */
  IdleGpus: "Count",
  /** Of a worker, of each attempt that detected and ended well; billed for the hours in which there is one. */
  FramesAnalysed: "Count",
  FramesPerSecond: "Count/Second",
  /** Of the time of detecting: in which a frame was awaited from ffmpeg, and in which a batch was with the detector. Both may be high at once. */
  DecodePercent: "Percent",
  InferPercent: "Percent",
  /** Of each job that a worker completed, from when its video was queued. */
  JobSeconds: "Seconds",
} as const;

export type MetricName = keyof typeof metricUnits;
export type MetricValues = Readonly<Partial<Record<MetricName, number>>>;
