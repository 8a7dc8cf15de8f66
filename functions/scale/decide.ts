import { limits } from "../../contracts/limits.ts";

/** All that the decision follows from. Durations are seconds. */
export interface ScalerState {
  /** What nobody holds: video-seconds of it, jobs and segments that can be worked on side by side, the oldest one's wait. */
  readonly work: {
    readonly videoSeconds: number;
    readonly pieces: number;
    readonly oldestSeconds: number;
  };
  /** Our workers by their heartbeats. */
  readonly ours: { readonly alive: number; readonly idle: number };
  /** Workers of others on this queue by their heartbeats; those without a GPU count only while they are idle. */
  readonly others: { readonly alive: number; readonly idle: number };
  /** Our tasks as ECS counts them, some minutes late: on their way, and running. */
  readonly tasks: { readonly starting: number; readonly running: number };
  /** Tasks that were started so lately that ECS may not count them yet. */
  readonly startedLately: number;
  /** Tasks that died at their start without one that lived since, and how long ago the last of them did. */
  readonly failures: { readonly count: number; readonly secondsAgo: number };
  /** Video-seconds that one GPU does a second. */
  readonly speed: number;
  readonly bootSeconds: number;
  readonly idleExitSeconds: number;
  readonly workersMax: number;
}

export interface Decision {
  /** Tasks to start now, from 0; nothing is ever stopped. */
  readonly start: number;
  readonly why: string;
}

/**
 * Work in seconds of one GPU that each worker is to get: its own cost, start and idle end, is at most 1 / `workPerOverhead`
 * of that. It is the time, too, in which started workers drain what waits (Little's law: wait = backlog / throughput).
 */
export const shareSeconds = ({
  bootSeconds,
  idleExitSeconds,
}: Pick<ScalerState, "bootSeconds" | "idleExitSeconds">): number =>
  limits.workPerOverhead * (bootSeconds + idleExitSeconds);

/** How long nothing is started after so many tasks in a row died at their start; doubles up to a quarter of an hour. */
export const backoffSecondsAfter = (failures: number): number =>
  failures === 0
    ? 0
    : Math.min(limits.bootBackoffSeconds * 2 ** (failures - 1), limits.bootBackoffSecondsMax);

/** How many workers to start for what waits. Whoever is alive or on the way is taken to drain it first. */
export function decide(state: ScalerState): Decision {
  const { work, ours, others, tasks, startedLately, failures, workersMax } = state;
  if (work.pieces === 0) return none("nothing waits");
  if (failures.secondsAgo < backoffSecondsAfter(failures.count)) {
    return none(`${failures.count} tasks in a row died at their start`);
  }
  // A worker that is idle takes what has just come at any moment.
  if (ours.idle + others.idle >= work.pieces && work.oldestSeconds < limits.momentSeconds) {
    return none("idle workers take it");
  }

  // A task may be counted twice here while ECS' counts catch up: that delays a start by minutes, and never makes one too many.
  const coming = tasks.starting + startedLately;
  const there = ours.alive + coming + others.alive;
  const wanted = Math.max(workersFor(state), isStuck(state, coming) ? there + 1 : 0);
  // One that runs and sends no heartbeat does not help, but is paid.
  const room = workersMax - Math.max(ours.alive, tasks.running) - coming;
  const start = Math.min(wanted - there, room, limits.startsAtOnceMax);
  if (start > 0) return { start, why: `${wanted} workers for what waits, ${there} there` };
  return none(wanted > there ? "as many run as may" : `${there} workers are enough for what waits`);
}

const none = (why: string): Decision => ({ start: 0, why });

/** One for the first piece; a further one for each whole share, and never more than there are pieces. */
function workersFor(state: ScalerState): number {
  const { videoSeconds, pieces } = state.work;
  const gpuSeconds = videoSeconds / state.speed;
  return Math.min(pieces, Math.max(1, Math.floor(gpuSeconds / shareSeconds(state))));
}

/** The estimate was wrong, or those who are there are held up by long videos: it waits although it should be done. */
const isStuck = (state: ScalerState, coming: number): boolean =>
  coming === 0 && state.work.oldestSeconds > state.bootSeconds + shareSeconds(state);
