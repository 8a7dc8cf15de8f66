import type { WorkerRow } from "../../contracts/job.ts";
import type { WorkerRegistry } from "../../contracts/ports/job-store.ts";

/** The worker registry's second implementation. */
export function memoryWorkerRegistry(
  workers: Map<string, WorkerRow> = new Map(),
  now: () => number = () => 0,
): WorkerRegistry & {
  workers: typeof workers;
} {
  return {
    workers,
    async beat(worker) {
      workers.set(worker.workerId, structuredClone(worker));
    },
    async forget(workerId) {
      workers.delete(workerId);
    },
    async list() {
      const all = structuredClone([...workers.values()]);
      return all.filter(({ expiresAt }) => expiresAt > now() / 1000);
    },
  };
}
