import type { JobError, JobRow } from "../../contracts/job.ts";
import { limits } from "../../contracts/limits.ts";
import type { JobStore } from "../../contracts/ports/job-store.ts";
import {
  cancelAbandoned,
  exhaust,
  expire,
  postpone,
  revoke,
} from "../../contracts/protocol/sweeper-transitions.ts";
import type { Transition } from "../../contracts/protocol/transition.ts";
import type { Timing } from "../../contracts/timing.ts";
import type { Dispatch } from "../dispatch.ts";
import type { ingester } from "../ingest.ts";
import type { jobRemover } from "../remove-job.ts";

export interface SweepJobDependencies {
  readonly jobs: JobStore;
  readonly dispatch: Dispatch;
  readonly ingest: ReturnType<typeof ingester>;
  readonly removeJob: ReturnType<typeof jobRemover>;
  readonly timing: Timing;
  readonly now: () => number;
}

/** Does what a job's row says must happen now. Every write has its condition, so two sweepers do no harm. */
export function sweepJob({ jobs, dispatch, ingest, removeJob, timing, now }: SweepJobDependencies) {
  const move = ({ jobId }: JobRow, transition: Transition) => jobs.move(jobId, transition);
  const later = (row: JobRow, seconds: number) =>
    move(row, postpone(row, { now: now(), seconds: Math.max(1, seconds) }));

  async function sweepDeleted(row: JobRow): Promise<void> {
    const seconds = await removeJob(row);
    if (seconds > 0) await later(row, seconds);
  }

  async function sweepUpload(row: JobRow): Promise<void> {
    if ((await ingest(row)) !== "absent") return;
    const { uploadBy = 0, createdAt } = row;
    if (uploadBy < now()) {
      await move(row, expire(row, { now: now() }));
      return;
    }
    // As long again as it has waited already, which doubles each time.
    const untilEnd = (uploadBy - now()) / 1000 + 1;
    await later(row, Math.min((now() - createdAt) / 1000, untilEnd));
  }

  async function sweepPending(row: JobRow): Promise<void> {
    if (row.attempts >= limits.attemptsMax) {
      await move(row, exhaust(row, { now: now(), timing, error: exhaustion(row) }));
    } else if (row.notBefore !== undefined && row.notBefore > now()) {
      await later(row, (row.notBefore - now()) / 1000);
    } else await dispatch(row);
  }

  async function sweepRunning(row: JobRow): Promise<void> {
    const deadAt = (row.leaseUntil ?? 0) + timing.marginSeconds * 1000;
    if (deadAt >= now()) {
      await later(row, (deadAt - now()) / 1000 + 1);
    } else if (row.cancelRequestedAt !== undefined) {
      await move(row, cancelAbandoned(row, { now: now(), timing }));
    } else if (row.attempts >= limits.attemptsMax) {
      await move(row, exhaust(row, { now: now(), timing, error: exhaustion(row) }));
    } else {
      const { moved, row: after } = await move(row, revoke(row, { now: now(), timing }));
      if (moved && after) await dispatch(after);
    }
  }

  return async (row: JobRow): Promise<void> => {
    if (row.deletedAt !== undefined) return sweepDeleted(row);
    if (row.status === "awaiting_upload") return sweepUpload(row);
    if (row.status === "pending") return sweepPending(row);
    return row.status === "running" ? sweepRunning(row) : undefined;
  };
}

/** Why the attempts are used up: what the last of them said, or that its worker fell silent. */
function exhaustion({ status, workerId, history, attempts }: JobRow): JobError {
  const last = history.findLast(
    ({ event }) => event === "attempt_failed" || event === "lease_expired",
  );
  const silent = status === "running" ? workerId : last?.code ? undefined : last?.workerId;
  const reason = silent
    ? `worker ${silent} fell silent, as if it had crashed or lost its connection`
    : `${last?.code ?? "UNKNOWN"}: ${last?.message ?? "no reason was left"}`;
  return {
    code: "ATTEMPTS_EXHAUSTED",
    message: `All ${attempts} attempts failed; the last: ${reason}.`,
  };
}
