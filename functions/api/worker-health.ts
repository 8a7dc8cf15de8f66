import type { WorkerHealthView } from "../../contracts/api.ts";
import type { WorkerRow } from "../../contracts/job.ts";
import { limits } from "../../contracts/limits.ts";
import type { JobStore, WorkerRegistry } from "../../contracts/ports/job-store.ts";
import type { WorkQueue } from "../../contracts/ports/work-queue.ts";
import { isAlive } from "./blocked-reason.ts";
import type { RouteRequest } from "./route-request.ts";
import { timeOf, timeOrNull } from "./time.ts";

export interface WorkerHealthDependencies {
  readonly jobs: JobStore;
  readonly workers: WorkerRegistry;
  readonly queue: WorkQueue;
  readonly aliveSeconds: number;
  readonly now: () => number;
}

/** Who works, who is silent, and what waits: read from rows and queue, whichever process asks. Of jobs only the caller's own are named. */
export function workerHealth({
  jobs,
  workers,
  queue,
  aliveSeconds,
  now,
}: WorkerHealthDependencies) {
  /** The ids among those that workers are at which are jobs of this owner. */
  async function ownJobs(rows: readonly WorkerRow[], owner: string): Promise<ReadonlySet<string>> {
    const ids = new Set(rows.flatMap(({ jobId }) => jobId ?? []));
    const found = await Promise.all([...ids].map((jobId) => jobs.find(jobId)));
    return new Set(found.filter((job) => job?.owner === owner).map((job) => job!.jobId));
  }

  return async ({
    owner,
  }: Pick<RouteRequest<"workerHealth">, "owner">): Promise<WorkerHealthView> => {
    const at = now();
    const [rows, depth, waiting] = await Promise.all([
      workers.list(),
      queue.depth(),
      jobs.waiting({ before: Number.MAX_SAFE_INTEGER, limit: limits.waitingCountMax }),
    ]);
    const own = await ownJobs(rows, owner);
    const here = rows.filter(({ queueId }) => queueId === queue.queueId);
    const heartbeats = here.map(({ heartbeatAt }) => heartbeatAt);
    return {
      queue_id: queue.queueId,
      queue: { visible: depth.visible, in_flight: depth.inFlight, delayed: depth.delayed },
      waiting: { jobs: waiting.count, oldest_since: timeOrNull(waiting.oldestSince) },
      workers_alive: here.filter((row) => isAlive(row, { now: at, aliveSeconds })).length,
      last_heartbeat_at: heartbeats.length ? timeOf(Math.max(...heartbeats)) : null,
      workers: rows
        .toSorted((a, b) => b.heartbeatAt - a.heartbeatAt)
        .map((row) => workerView(row, { now: at, aliveSeconds, queueId: queue.queueId, own })),
    };
  };
}

const workerView = (
  row: WorkerRow,
  {
    queueId,
    own,
    ...clock
  }: { now: number; aliveSeconds: number; queueId: string; own: ReadonlySet<string> },
): WorkerHealthView["workers"][number] => ({
  worker_id: row.workerId,
  alive: isAlive(row, clock),
  state: row.state,
  queue_id: row.queueId,
  on_this_queue: row.queueId === queueId,
  job_id: row.jobId !== undefined && own.has(row.jobId) ? row.jobId : null,
  host: row.host,
  version: row.version,
  started_at: timeOf(row.startedAt),
  heartbeat_at: timeOf(row.heartbeatAt),
  providers: [...row.capabilities.providers],
  gpu: row.capabilities.gpu,
  ffmpeg: row.capabilities.ffmpeg,
  sandbox: row.capabilities.sandbox ?? "none: the worker does not say it",
});
