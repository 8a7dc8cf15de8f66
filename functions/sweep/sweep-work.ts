import type { JobRow } from "../../contracts/job.ts";
import { limits } from "../../contracts/limits.ts";
import type { JobStore } from "../../contracts/ports/job-store.ts";
import type { Dispatch } from "../../contracts/protocol/dispatch.ts";
import { rowHandle } from "../../contracts/protocol/row-handle.ts";
import { exhaust, revoke } from "../../contracts/protocol/sweeper-transitions.ts";
import type { SegmentRow } from "../../contracts/segment.ts";
import type { Timing } from "../../contracts/timing.ts";
import type { JobError } from "../../contracts/work-row.ts";

export interface SweepWorkDependencies {
  readonly jobs: JobStore;
  readonly dispatch: Dispatch;
  readonly timing: Timing;
  readonly now: () => number;
}

/** What became of a row: it is left alone until some time, it was sent again, or it has failed. */
export type Swept =
  | { readonly is: "left"; readonly until: number }
  | { readonly is: "sent" }
  | { readonly is: "failed"; readonly row: JobRow | SegmentRow }
  /** Somebody was faster. */
  | { readonly is: "moved" };

/** Repairs what a worker can hold, a job or a segment of one: an unsent message, a dead worker, used up attempts. */
export function sweepWork({ jobs, dispatch, timing, now }: SweepWorkDependencies) {
  type Row = JobRow | SegmentRow;

  async function fail(row: Row): Promise<Swept> {
    const error = exhaustion(row);
    const answer = await rowHandle(jobs, row).move(exhaust(row, { now: now(), timing, error }));
    return answer.moved ? { is: "failed", row: answer.row as Row } : { is: "moved" };
  }

  async function sweepPending(row: Row): Promise<Swept> {
    if (row.attempts >= limits.attemptsMax) return fail(row);
    if (row.notBefore !== undefined && row.notBefore > now()) {
      return { is: "left", until: row.notBefore };
    }
    await dispatch(row);
    return { is: "sent" };
  }

  async function sweepRunning(row: Row): Promise<Swept> {
    const deadAt = (row.leaseUntil ?? 0) + timing.marginSeconds * 1000;
    if (deadAt >= now()) return { is: "left", until: deadAt + 1000 };
    if (row.attempts >= limits.attemptsMax) return fail(row);

    const revoked = await rowHandle(jobs, row).move(revoke(row, { now: now(), timing }));
    if (!revoked.moved) return { is: "moved" };
    await dispatch(revoked.row as Row);
    return { is: "sent" };
  }

  return { pending: sweepPending, running: sweepRunning };
}

/** Why the attempts are used up: what the last of them said, or that its worker fell silent. */
function exhaustion({ status, workerId, history, attempts }: JobRow | SegmentRow): JobError {
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
