import type { PublishedResult } from "../job.ts";
import type { JobError, Progress, WorkRow } from "../work-row.ts";
import type { Timing } from "../timing.ts";
import type { JobId } from "../job-id.ts";
import { limits } from "../limits.ts";
import { claimFields, dueIn, ended, waitingFrom } from "./schedule.ts";
import {
  absent,
  all,
  any,
  atMost,
  below,
  equal,
  type Condition,
  type Transition,
} from "./transition.ts";

/** The right to work on one job, or on one segment of it: every write of its holder carries all of it. */
export interface Lease {
  readonly jobId: JobId;
  /** Of a segment, with the fence of the plan that it belongs to. */
  readonly index?: number;
  readonly planFence?: number;
  readonly run: number;
  readonly fence: number;
  readonly nonce: string;
  readonly workerId: string;
}

/** True of exactly one worker at any time, whatever the clocks say. */
export const held = ({ run, fence, nonce }: Lease): Condition =>
  all(equal("status", "running"), equal("run", run), equal("fence", fence), equal("nonce", nonce));

const abandoned = (now: number, { marginSeconds }: Timing): Condition =>
  all(equal("status", "running"), below("leaseUntil", now - marginSeconds * 1000));

/** Takes a job that waits, or one whose worker let its lease expire. The lease is `fence + 1` of the row that is seen. */
export function claim(
  row: WorkRow,
  {
    nonce,
    workerId,
    now,
    timing,
  }: { nonce: string; workerId: string; now: number; timing: Timing },
): Transition {
  const fence = row.fence + 1;
  const takenOver = row.status === "running" && row.workerId !== undefined;
  return {
    name: "claim",
    condition: all(
      equal("run", row.run),
      equal("fence", row.fence),
      absent("cancelRequestedAt"),
      absent("deletedAt"),
      below("attempts", limits.attemptsMax),
      any(
        all(equal("status", "pending"), any(absent("notBefore"), atMost("notBefore", now))),
        abandoned(now, timing),
      ),
    ),
    update: {
      set: {
        status: "running",
        nonce,
        workerId,
        leaseUntil: now + timing.leaseSeconds * 1000,
        startedAt: row.startedAt ?? now,
        ...dueIn(row, now, timing.leaseSeconds + timing.marginSeconds),
      },
      add: { fence: 1, attempts: 1 },
      remove: ["waitingQueue", "waitingSince", "notBefore", "progress", "error"],
      append: [
        ...(takenOver
          ? [
              {
                at: now,
                event: "lease_expired" as const,
                run: row.run,
                fence: row.fence,
                workerId: row.workerId,
              },
            ]
          : []),
        { at: now, event: "claimed", run: row.run, fence, workerId },
      ],
    },
    hadWorked: (after) => after.nonce === nonce,
  };
}

/** Keeps the lease and shows progress. The answer is also how a worker learns of a cancel. */
export const renew = (
  lease: Lease,
  { now, timing, progress }: { now: number; timing: Timing; progress?: Progress },
): Transition => ({
  name: "renew",
  condition: held(lease),
  update: { set: { leaseUntil: now + timing.leaseSeconds * 1000, ...(progress && { progress }) } },
  hadWorked: () => false,
});

/** The one write that makes a result visible. */
export const publish = (
  lease: Lease,
  { now, result }: { now: number; result: PublishedResult },
): Transition => ({
  name: "publish",
  condition: all(held(lease), absent("cancelRequestedAt"), absent("deletedAt")),
  update: {
    ...ended(lease, {
      now,
      mayHaveOrphans: lease.fence > 1,
      isDue: true,
      set: { status: "completed", result },
    }),
    append: [
      { at: now, event: "completed", run: lease.run, fence: lease.fence, workerId: lease.workerId },
    ],
  },
  hadWorked: (after) =>
    after.status === "completed" && after.result?.manifestKey === result.manifestKey,
});

/**
 * Hands unfinished work back (SIGTERM, Spot), for others to take from `notBefore` on: the attempt is not charged. Not where
 * a person wants it stopped: nobody could take it again.
 */
export const release = (
  lease: Lease,
  { now, reason, notBefore }: { now: number; reason: string; notBefore?: number },
): Transition => ({
  name: "release",
  condition: all(held(lease), absent("cancelRequestedAt")),
  update: {
    set: {
      status: "pending",
      ...(notBefore !== undefined && { notBefore }),
      ...waitingFrom(lease, now),
      ...dueIn(lease, now, limits.undispatchedSeconds),
    },
    add: { attempts: -1, interruptions: 1 },
    remove: claimFields,
    append: [
      {
        at: now,
        event: "released",
        run: lease.run,
        fence: lease.fence,
        workerId: lease.workerId,
        message: reason,
      },
    ],
  },
  hadWorked: (after) => after.status === "pending" && after.fence === lease.fence,
});

/** Ends an attempt that may succeed another time, not before `notBefore`; not where a person wants it stopped. */
export const retryLater = (
  lease: Lease,
  { now, notBefore, error }: { now: number; notBefore: number; error: JobError },
): Transition => ({
  name: "retryLater",
  condition: all(held(lease), absent("cancelRequestedAt")),
  update: {
    set: {
      status: "pending",
      notBefore,
      error,
      ...waitingFrom(lease, now),
      ...dueIn(lease, notBefore, limits.undispatchedSeconds),
    },
    remove: claimFields,
    append: [
      {
        at: now,
        event: "attempt_failed",
        run: lease.run,
        fence: lease.fence,
        workerId: lease.workerId,
        ...error,
      },
    ],
  },
  hadWorked: (after) => after.status === "pending" && after.fence === lease.fence,
});

/** Fails the job at once, with the reason. */
export const fail = (
  lease: Lease,
  { now, error }: { now: number; error: JobError },
): Transition => ({
  name: "fail",
  condition: held(lease),
  update: {
    ...ended(lease, { now, mayHaveOrphans: true, isDue: true, set: { status: "failed", error } }),
    append: [
      {
        at: now,
        event: "failed",
        run: lease.run,
        fence: lease.fence,
        workerId: lease.workerId,
        ...error,
      },
    ],
  },
  hadWorked: (after) => after.status === "failed" && after.fence === lease.fence,
});

/** The worker has stopped what a person asked to stop. */
export const acknowledgeCancel = (lease: Lease, { now }: { now: number }): Transition => ({
  name: "acknowledgeCancel",
  condition: held(lease),
  update: {
    ...ended(lease, { now, mayHaveOrphans: true, isDue: true, set: { status: "cancelled" } }),
    append: [
      { at: now, event: "cancelled", run: lease.run, fence: lease.fence, workerId: lease.workerId },
    ],
  },
  hadWorked: (after) => after.status === "cancelled" && after.fence === lease.fence,
});
