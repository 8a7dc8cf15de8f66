import type { JobView } from "../../../contracts/api.ts";
import type { Blow } from "./fleet.ts";

/** Milliseconds from an event to the next claim of the same job, one for each time. */
export interface Recovery {
  /** From `released` on SIGTERM. */
  readonly handOver: readonly number[];
  /** From SIGKILL of the worker that held the job. */
  readonly takeOver: readonly number[];
}

/** How long jobs that were taken from a worker waited for the next, by their histories. */
export function recoveryOf(views: readonly JobView[], blows: readonly Blow[]): Recovery {
  const killedAt = new Map(
    blows.flatMap(({ signal, workerId, at }) => (signal === "SIGKILL" ? [[workerId, at]] : [])),
  );
  const handOver: number[] = [];
  const takeOver: number[] = [];
  for (const { history } of views) {
    for (const [index, { event, at, run, worker_id }] of history.entries()) {
      const next = history.slice(index + 1).find((later) => later.event === "claimed");
      if (!next || next.run !== run) continue;
      if (event === "released") handOver.push(Date.parse(next.at) - Date.parse(at));
      const killed = event === "claimed" && worker_id !== null && killedAt.get(worker_id);
      const between = history.slice(index + 1, history.indexOf(next));
      const isTaken = between.every(({ event }) => event === "lease_expired");
      if (killed && isTaken && killed >= Date.parse(at))
        takeOver.push(Date.parse(next.at) - killed);
    }
  }
  return { handOver, takeOver };
}

/** The value that so many of a hundred do not exceed; NaN of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
