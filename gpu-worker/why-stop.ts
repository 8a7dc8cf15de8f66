import type { JobStore } from "../contracts/ports/job-store.ts";
import { rowHandle } from "../contracts/protocol/row-handle.ts";
import type { Lease } from "../contracts/protocol/worker-transitions.ts";
import type { StopReason } from "./stopped.ts";

/** Reads whether work under a lease must end: the lease is another's by now, or a person wants it no more. */
export function whyStop(lease: Lease, jobs: JobStore) {
  const held = rowHandle(jobs, lease);
  const isOfSegment = lease.index !== undefined;

  return async (): Promise<StopReason | undefined> => {
    const [row, job] = await Promise.all([
      held.find(),
      isOfSegment ? jobs.find(lease.jobId) : undefined,
    ]);
    if (!row || (row.deletedAt ?? job?.deletedAt) !== undefined) return "deleted";
    if (row.nonce !== lease.nonce) return "lease_lost";
    if (isOfSegment) {
      const isDetecting = job?.phase === "detect" && job.planFence === lease.planFence;
      return isDetecting && job.status === "running" && job.run === lease.run
        ? undefined
        : "job_moved_on";
    }
    return row.cancelRequestedAt === undefined ? undefined : "cancelled";
  };
}
