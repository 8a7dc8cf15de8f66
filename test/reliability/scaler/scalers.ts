import { decide, shareSeconds, type ScalerState } from "../../../functions/scale/decide.ts";
import { limits } from "../../../contracts/limits.ts";
import { idleExitSeconds, type World } from "./world.ts";

/** Looks at the world once a tick, and when work comes; answers how many tasks to start, or, where planted, to stop. */
export type Scaler = (world: World) => number;

/** What the Lambda would read, and what it would decide. */
export function scaler(
  change: (state: ScalerState, world: World) => Partial<ScalerState> = () => ({}),
): Scaler {
  const started: { at: number; tasks: number }[] = [];
  return (world) => {
    const seen = stateOf(world, started);
    const tasks = decide({ ...seen, ...change(seen, world) }).start;
    if (tasks > 0 && world.hasCapacity) started.push({ at: world.time, tasks });
    return tasks;
  };
}

function stateOf(world: World, started: readonly { at: number; tasks: number }[]): ScalerState {
  const { trace, time, waiting, workers, ghosts } = world;
  const since = time - limits.countsLagSeconds;
  const alive = (ours: boolean) => {
    const ready = workers.filter((worker) => worker.ours === ours && worker.readyAt <= time);
    return {
      alive: ready.length + ghosts.filter((ghost) => ghost.ours === ours).length,
      idle: ready.filter(({ piece }) => !piece).length,
    };
  };
  const { starting, running } = world.seen();
  let videoSeconds = 0;
  let oldest = time;
  for (const piece of waiting) {
    videoSeconds += piece.seen;
    oldest = Math.min(oldest, piece.since);
  }
  return {
    work: { videoSeconds, pieces: waiting.length, oldestSeconds: time - oldest },
    ours: alive(true),
    others: alive(false),
    tasks: { starting, running },
    startedLately: started.reduce((sum, { at, tasks }) => sum + (at > since ? tasks : 0), 0),
    failures: { count: 0, secondsAgo: Infinity },
    speed: trace.measuredSpeed,
    bootSeconds: trace.bootSeconds,
    idleExitSeconds,
    workersMax: trace.workersMax,
  };
}

/**
 * Knows everything, and runs at most so many workers. It keeps the promise that the scaler has to keep, too: while work
 * waits, somebody is there or on the way, and nothing waits for others longer than a share.
 */
export const hindsight =
  (workersMost: number): Scaler =>
  (world) => {
    const { waiting, time, trace } = world;
    if (waiting.length === 0) return 0;
    const ours = world.ours.length;
    const others = world.workers.length - ours;
    const share = shareSeconds({ bootSeconds: trace.bootSeconds, idleExitSeconds });
    const waited = time - Math.min(...waiting.map(({ since }) => since));
    if (others > 0 && waited < share) return 0;
    return ours === 0 ? 1 : Math.max(0, Math.min(workersMost, waiting.length) - ours);
  };

/** Scalers with a fault that the simulation must see. */
export const plantedScalers: Readonly<Record<string, () => Scaler>> = {
  "does not count what is on its way": () =>
    scaler(() => ({ startedLately: 0, tasks: { starting: 0, running: 0 } })),
  "counts what others hold": () =>
    scaler(({ work }, { workers }) => {
      const held = workers.filter(({ ours, piece }) => !ours && piece);
      return {
        work: {
          ...work,
          pieces: work.pieces + held.length,
          oldestSeconds: Math.max(work.oldestSeconds, held.length ? 10 : 0),
        },
        others: { alive: 0, idle: 0 },
      };
    }),
  "takes each piece for a worker's share": () =>
    scaler(({ work }) => ({ work: { ...work, videoSeconds: Infinity } })),
  "starts nothing while it is told of tasks that have gone": () =>
    scaler(({ work, tasks }) => (tasks.running > 0 ? { work: { ...work, pieces: 0 } } : {})),
  "waits until five pieces wait": () =>
    scaler(({ work }) => (work.pieces < 5 ? { work: { ...work, pieces: 0 } } : {})),
  "scales in to what waits": () => {
    const honest = scaler();
    return (world) => {
      const start = honest(world);
      return start > 0
        ? start
        : -Math.max(0, world.ours.length - Math.max(1, world.waiting.length));
    };
  },
  "knows no maximum": () => scaler(() => ({ workersMax: 1000 })),
};
