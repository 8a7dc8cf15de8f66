import { fleetName } from "../../contracts/environment.ts";
import type { WorkerRow } from "../../contracts/job.ts";
import { limits } from "../../contracts/limits.ts";
import type { Fleet } from "../../contracts/ports/fleet.ts";
import type { WorkerRegistry } from "../../contracts/ports/job-store.ts";
import type { ScalerStore } from "../../contracts/ports/scaler-store.ts";
import type { ScalerRow } from "../../contracts/scaler-row.ts";
import type { Log } from "../log.ts";
import type { CountMetrics } from "../metrics.ts";
import { backlogReader, type BacklogDependencies } from "./backlog.ts";
import { decide } from "./decide.ts";

export interface ScaleDependencies extends BacklogDependencies {
  readonly workers: Pick<WorkerRegistry, "list">;
  readonly fleet: Fleet;
  readonly scaler: ScalerStore;
  /** The queue that this system sends to; workers on another do not help. */
  readonly queueId: string;
  readonly aliveSeconds: number;
  readonly workersMax: number;
  readonly idleExitSeconds: number;
  readonly count: CountMetrics;
  readonly log: Log;
  readonly now: () => number;
}

/** Looks at what waits and at who is there, and starts workers. Called as often as one likes, also at the same time. */
export function scale(dependencies: ScaleDependencies) {
  const { fleet, scaler, workersMax, idleExitSeconds, count, log, now } = dependencies;
  const readBacklog = backlogReader(dependencies);

  return async (): Promise<void> => {
    const at = now();
    const before = await scaler.find();
    const [backlog, rows, tasks] = await Promise.all([
      readBacklog(at),
      dependencies.workers.list(),
      fleet.view(),
    ]);
    const { ours, others } = crowd(rows, { ...dependencies, at });
    const speed = backlog.speed ?? before?.speed;
    const bootSeconds = tasks.bootSeconds ?? before?.bootSeconds;
    const starts = (before?.starts ?? []).filter(
      (start) => start.at > at - limits.countsLagSeconds * 1000,
    );
    const startedLately = starts.reduce((sum, start) => sum + start.tasks, 0);
    const { start, why } = decide({
      work: backlog,
      ours,
      others,
      tasks,
      startedLately,
      failures: {
        count: tasks.failures.count,
        secondsAgo: (at - (tasks.failures.lastAt ?? 0)) / 1000,
      },
      speed: speed ?? limits.gpuSpeed,
      bootSeconds: bootSeconds ?? limits.workerBootSeconds,
      idleExitSeconds,
      workersMax,
    });

    const row = (tasksStarted: number): ScalerRow => ({
      version: (before?.version ?? 0) + 1,
      lookedAt: at,
      starts: tasksStarted > 0 ? [...starts, { at, tasks: tasksStarted }] : starts,
      // A task may be counted by both while ECS' counts catch up.
      coming: Math.max(tasks.starting, startedLately) + tasksStarted,
      ...(speed !== undefined && { speed }),
      ...(bootSeconds !== undefined && { bootSeconds }),
    });
    // Noted before it is done: of two looks at the same time one starts, and a crash in between costs some minutes.
    const next = row(start);
    if (!(await scaler.replace(next))) {
      log.info("Another look decides.", { version: next.version });
      return;
    }
    let started = 0;
    try {
      if (start > 0) started = await fleet.start(start, `framequeue-${at}-${next.version}`);
    } finally {
      if (started < start) await scaler.replace({ ...row(started), version: next.version + 1 });
      log.info("Looked.", { why, asked: start, started, ...backlog });
      const isWithout = ours.alive + others.alive === 0;
      count({
        BacklogVideoSeconds: backlog.videoSeconds,
        BacklogWithoutWorkerSeconds: isWithout ? backlog.oldestSeconds : 0,
        TasksRunning: tasks.running,
        TasksStarted: started,
        WorkersAlive: ours.alive + others.alive,
        IdleGpus: Math.max(0, tasks.running - (ours.alive - ours.idle)),
      });
    }
  };
}

type Circumstances = Pick<ScaleDependencies, "queueId" | "aliveSeconds"> & { readonly at: number };

/** Who is there to take what waits. One without a GPU takes what comes while it is idle, but drains no backlog. */
function crowd(rows: readonly WorkerRow[], { queueId, aliveSeconds, at }: Circumstances) {
  const alive = rows.filter(
    (row) =>
      row.queueId === queueId &&
      row.state !== "stopping" &&
      row.heartbeatAt >= at - aliveSeconds * 1000,
  );
  const ours = alive.filter(({ fleet }) => fleet === fleetName);
  const others = alive.filter(({ fleet }) => fleet !== fleetName);
  const idleOf = (workers: readonly WorkerRow[]) =>
    workers.filter(({ state }) => state === "idle").length;
  return {
    ours: { alive: ours.length, idle: idleOf(ours) },
    others: {
      alive: others.filter(({ capabilities }) => capabilities.gpu).length,
      idle: idleOf(others),
    },
  };
}
