import type { BlockedReason } from "../../contracts/api.ts";
import type { JobRow, WorkerRow } from "../../contracts/job.ts";
import { limits } from "../../contracts/limits.ts";
import type { ObjectFacts } from "../../contracts/ports/media-bucket.ts";
import type { SegmentRow } from "../../contracts/segment.ts";
import { isTerminal } from "../../contracts/work-row.ts";
import { timeOf } from "./time.ts";

export interface Circumstances {
  readonly now: number;
  /** Silence after which a worker counts as gone. */
  readonly aliveSeconds: number;
  /** The queue that this system sends to. */
  readonly queueId: string;
  readonly workers: readonly WorkerRow[];
  /** What the job's pipeline asks of a worker, as far as it is known. */
  readonly needs: { readonly gpu: boolean; readonly decoder?: string };
  /** Minutes after which a worker that was asked for is there, about; absent where none was. */
  readonly workerInMinutes?: number;
  /** Waiting jobs that come before this one; absent where nobody counted. */
  readonly jobsInFront?: number;
  /** Those of a job that was cut, where somebody read them. */
  readonly segments?: readonly SegmentRow[];
  /** The object at the job's upload key, where somebody looked. */
  readonly upload?: ObjectFacts;
}

/** Whether the worker has been heard of lately. */
export const isAlive = (
  { heartbeatAt }: WorkerRow,
  { now, aliveSeconds }: Pick<Circumstances, "now" | "aliveSeconds">,
): boolean => heartbeatAt >= now - aliveSeconds * 1000;

/** Why a job does not move; null where it does, or has ended. */
export function blockedReason(row: JobRow, facts: Circumstances): BlockedReason | null {
  if (row.status === "awaiting_upload") return uploadReason(row, facts);
  if (row.phase === "detect" && row.status === "running") return segmentsReason(row, facts);
  if (row.status === "running") return leaseReason(row, facts);
  return row.status === "pending" ? waitingReason(row, facts) : null;
}

/** Whether it is for workers to come that something goes on: the job waits, or its segments may. */
export const needsWorkers = ({ status, phase }: JobRow): boolean =>
  status === "pending" || (status === "running" && phase === "detect");

/**
 * Nobody holds a job whose segments are detected; it moves while a worker is at one of them. Otherwise the segment that may
 * be taken first says what is waited for.
 */
function segmentsReason(row: JobRow, facts: Circumstances): BlockedReason | null {
  const isWorkedOn = facts.workers.some(
    (worker) => worker.jobId === row.jobId && isAlive(worker, facts),
  );
  if (isWorkedOn) return null;

  const next = (facts.segments ?? [])
    .filter(({ status }) => !isTerminal(status))
    .toSorted((a, b) => takenFrom(a) - takenFrom(b))[0];
  if (next?.status === "running") return leaseReason(next, facts);
  return waitingReason(
    {
      ...row,
      ...(next?.notBefore !== undefined && { notBefore: next.notBefore }),
      ...(next?.error && { error: next.error }),
      waitingSince: row.segmentEndedAt ?? row.createdAt,
    },
    facts,
  );
}

/** When another worker may take a segment at the earliest. */
const takenFrom = ({ status, leaseUntil = 0, notBefore = 0 }: SegmentRow): number =>
  status === "running" ? leaseUntil : notBefore;

function uploadReason(row: JobRow, { upload, now }: Circumstances): BlockedReason | null {
  const until = row.uploadBy === undefined ? {} : { until: timeOf(row.uploadBy) };
  if (!upload) {
    return { code: "AWAITING_UPLOAD", message: "The video has not been uploaded yet.", ...until };
  }
  const seconds = Math.floor((now - upload.lastModified) / 1000);
  if (seconds <= limits.uploadEventSeconds) return null;
  return {
    code: "UPLOAD_EVENT_MISSING",
    message: `The video arrived ${seconds} seconds ago, but the store's event did not; the sweeper takes it in.`,
  };
}

function leaseReason(
  { workerId = "unknown", leaseUntil = 0, index }: JobRow | SegmentRow,
  facts: Circumstances,
): BlockedReason | null {
  const expired = leaseUntil < facts.now;
  const silent = !facts.workers.some(
    (worker) => worker.workerId === workerId && isAlive(worker, facts),
  );
  if (!expired && !silent) return null;

  const until = timeOf(leaseUntil);
  return {
    code: "LEASE_HELD",
    message: expired
      ? `Worker ${workerId} stopped renewing its lease, which ended at ${until}; another worker takes over.`
      : `Worker ${workerId} holds ${index === undefined ? "the job" : `segment ${index}`} until ${until} but is silent; if it is dead, another takes over then.`,
    worker_id: workerId,
    until,
  };
}

function waitingReason(row: JobRow, facts: Circumstances): BlockedReason | null {
  const { now, queueId, needs } = facts;
  if (row.notBefore !== undefined && row.notBefore > now) {
    const until = timeOf(row.notBefore);
    const cause = row.error ? ` (${row.error.code}: ${row.error.message})` : "";
    return {
      code: "RETRY_BACKOFF",
      message: `The last attempt failed${cause}; the next begins at ${until} or soon after.`,
      until,
    };
  }

  // One that is stopping takes nothing more.
  const alive = facts.workers.filter(
    (worker) => isAlive(worker, facts) && worker.state !== "stopping",
  );
  const here = alive.filter((worker) => worker.queueId === queueId);
  if (!here.length) return absenceReason(alive, facts);

  // One that is starting does not say yet what it can do.
  const ready = here.filter(({ state }) => state !== "starting");
  const capable = ready.filter(
    ({ capabilities: { gpu, decoders } }) =>
      (!needs.gpu || gpu) && (!needs.decoder || decoders.includes(needs.decoder)),
  );
  if (!capable.length && ready.length < here.length) {
    return {
      code: "WORKER_STARTING",
      message: "A worker is starting; if it can run the job, it takes it then.",
    };
  }
  if (!capable.length) {
    const wanted = [needs.gpu && "a GPU", needs.decoder && `the decoder ${needs.decoder}`];
    return {
      code: "NO_CAPABLE_WORKER",
      message: `No worker on this queue can run pipeline ${row.pipelineId}, which needs ${wanted.filter(Boolean).join(" and ")}.`,
      queue_id: queueId,
    };
  }
  return turnReason(row, capable, facts);
}

function absenceReason(
  alive: readonly WorkerRow[],
  { queueId, aliveSeconds, workerInMinutes }: Circumstances,
): BlockedReason {
  if (workerInMinutes !== undefined) {
    return {
      code: "WORKER_STARTING",
      message: `A GPU is starting for what waits; that takes about ${workerInMinutes} minutes.`,
      queue_id: queueId,
    };
  }
  if (!alive.length) {
    return {
      code: "NO_WORKER",
      message: `No worker has been heard of for ${aliveSeconds} seconds.`,
      queue_id: queueId,
    };
  }
  const others = [...new Set(alive.map((worker) => worker.queueId))].sort();
  return {
    code: "WORKERS_ON_OTHER_QUEUE",
    message: `This job is on queue ${queueId}, but the workers that are alive poll ${others.join(", ")}.`,
    queue_id: queueId,
    worker_queue_ids: others,
  };
}

function turnReason(
  row: JobRow,
  capable: readonly WorkerRow[],
  { now, jobsInFront }: Circumstances,
): BlockedReason | null {
  const idle = capable.some(({ state }) => state === "idle");
  const since = row.waitingSince ?? row.createdAt;
  if (idle && now - since < limits.momentSeconds * 1000) return null;

  const who = idle
    ? "A worker is idle and takes the next job at any moment"
    : capable.length === 1
      ? "The only worker for it is busy"
      : `All ${capable.length} workers for it are busy`;
  return {
    code: "QUEUED_BEHIND",
    message: `${who}; ${inFront(jobsInFront)}.`,
    ...(jobsInFront !== undefined && { jobs_in_front: jobsInFront }),
    ...(idle && row.dueAt !== undefined && { until: timeOf(row.dueAt) }),
  };
}

function inFront(jobs: number | undefined): string {
  if (jobs === undefined) return "other jobs may be in front";
  if (jobs === 0) return "this job is the next";
  if (jobs >= limits.waitingCountMax) return `at least ${jobs} jobs are in front`;
  return jobs === 1 ? "one job is in front" : `${jobs} jobs are in front`;
}
