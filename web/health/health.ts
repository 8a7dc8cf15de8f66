import { signal } from "@preact/signals";
import type { WorkerHealthView } from "../../contracts/api.ts";
import { workerHealth } from "../api/calls.ts";
import { poll, type Poll } from "../api/poll.ts";

/** Workers and queue as last heard; undefined before the first answer. */
export const health = signal<WorkerHealthView | undefined>(undefined);
/** Whether the last look failed. */
export const healthLost = signal(false);

let watching: Poll | undefined;

/** Looks at the workers until the returned function is called. */
export function watchHealth(): () => void {
  const started = poll(async (signal) => {
    try {
      health.value = await workerHealth(signal);
      healthLost.value = false;
    } catch (error) {
      if (!signal.aborted) healthLost.value = true;
      throw error;
    }
    return 5000;
  });
  watching = started;
  return () => {
    started.stop();
    watching = undefined;
  };
}

/** Looks at once where a job moved or is seen anew: a worker has begun or rests, and says so beside the job that says it. */
export function lookAfterMove(before: string | undefined, after: string): void {
  if (before !== after) watching?.now();
}

export type HealthMood = "good" | "idle" | "bad" | "unknown";

/** The state of things in one line. */
export function healthLine(
  view: WorkerHealthView | undefined,
  lost: boolean,
): { mood: HealthMood; words: string } {
  if (lost) return { mood: "bad", words: "API does not answer" };
  if (view === undefined) return { mood: "unknown", words: "Looking for workers" };

  const alive = view.workers.filter((worker) => worker.alive && worker.on_this_queue);
  if (view.workers_alive === 0) {
    const elsewhere = view.workers.some((worker) => worker.alive && !worker.on_this_queue);
    if (elsewhere) return { mood: "bad", words: "Workers on another queue" };
    return { mood: view.waiting.jobs > 0 ? "bad" : "idle", words: "No worker" };
  }

  const working = alive.filter(({ state }) => state === "working").length;
  const workers = view.workers_alive === 1 ? "1 worker" : `${view.workers_alive} workers`;
  const some = working > 0 && working < view.workers_alive;
  const doing = some ? `, ${working} working` : working > 0 ? " working" : " idle";
  const waiting = view.waiting.jobs > 0 ? `, ${view.waiting.jobs} waiting` : "";
  return { mood: "good", words: `${workers}${doing}${waiting}` };
}
