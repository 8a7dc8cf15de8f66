import type { JobRow, Source } from "../job.ts";
import { limits } from "../limits.ts";
import type { WorkRow } from "../work-row.ts";
import { claimFields, dueIn, ended, planFields, waitingFrom } from "./schedule.ts";
import { absent, all, any, equal, oneOf, present, type Transition } from "./transition.ts";

/** The upload has arrived: the job waits for a worker. The first object seen is the one that counts. */
export const markUploaded = (
  row: JobRow,
  { now, source }: { now: number; source: Source },
): Transition => ({
  name: "markUploaded",
  condition: all(equal("status", "awaiting_upload"), absent("source"), absent("deletedAt")),
  update: {
    set: {
      status: "pending",
      source,
      queuedAt: now,
      ...waitingFrom(row, now),
      ...dueIn(row, now, limits.undispatchedSeconds),
    },
    remove: ["uploadBy"],
    append: [{ at: now, event: "uploaded", run: row.run, fence: row.fence }],
  },
  hadWorked: (after) => after.source?.etag === source.etag,
});

/** The uploaded object can never become a result: the job fails before it was queued. */
export const refuseUpload = (
  row: JobRow,
  { now, error }: { now: number; error: NonNullable<JobRow["error"]> },
): Transition => ({
  name: "refuseUpload",
  condition: all(equal("status", "awaiting_upload"), absent("deletedAt")),
  update: {
    ...ended(row, { now, mayHaveOrphans: false, set: { status: "failed", error } }),
    append: [{ at: now, event: "failed", run: row.run, fence: row.fence, ...error }],
  },
  hadWorked: (after) => after.status === "failed" && after.run === row.run,
});

/** How long a message that was sent so often before is given, before it is sent again. */
export const redispatchSecondsAfter = (dispatches: number): number =>
  limits.redispatchSeconds * 2 ** Math.min(dispatches, limits.redispatchDoublingsMax);

/** A message was sent; the sweeper need not look again soon. */
export const markDispatched = (row: WorkRow, { now }: { now: number }): Transition => ({
  name: "markDispatched",
  condition: all(equal("status", "pending"), equal("run", row.run), equal("fence", row.fence)),
  update: {
    set: { dispatchedAt: now, ...dueIn(row, now, redispatchSecondsAfter(row.dispatches)) },
    add: { dispatches: 1 },
  },
  hadWorked: (after) => after.dispatchedAt === now,
});

/** Stops a job that no worker holds: one that waits, and one whose segments are being detected. */
export const cancelWaiting = (row: JobRow, { now }: { now: number }): Transition => ({
  name: "cancelWaiting",
  condition: all(
    equal("run", row.run),
    absent("deletedAt"),
    any(
      oneOf("status", "awaiting_upload", "pending"),
      all(equal("status", "running"), equal("phase", "detect")),
    ),
  ),
  update: {
    // It may have been claimed since the row was read.
    ...ended(row, { now, mayHaveOrphans: true, set: { status: "cancelled" } }),
    add: { fence: 1 },
    append: [{ at: now, event: "cancelled", run: row.run, fence: row.fence }],
  },
  hadWorked: (after) => after.status === "cancelled" && after.run === row.run,
});

/** Asks the worker to stop. From here on this run cannot complete: `publish` checks it. */
export const requestCancel = (row: JobRow, { now }: { now: number }): Transition => ({
  name: "requestCancel",
  condition: all(
    equal("status", "running"),
    equal("run", row.run),
    present("nonce"),
    absent("cancelRequestedAt"),
  ),
  update: {
    set: { cancelRequestedAt: now },
    append: [{ at: now, event: "cancel_requested", run: row.run, fence: row.fence }],
  },
  hadWorked: (after) =>
    after.status === "running" && after.run === row.run && after.cancelRequestedAt !== undefined,
});

/** Starts the next run of a job that failed or was cancelled. */
export const retry = (row: JobRow, { now }: { now: number }): Transition => ({
  name: "retry",
  condition: all(
    oneOf("status", "failed", "cancelled"),
    equal("run", row.run),
    present("source"),
    absent("deletedAt"),
    // The next run would overwrite what there is to tell of this one.
    absent("untold"),
  ),
  update: {
    set: {
      status: "pending",
      attempts: 0,
      interruptions: 0,
      dispatches: 0,
      deadLetters: 0,
      queuedAt: now,
      ...waitingFrom(row, now),
      ...dueIn(row, now, limits.undispatchedSeconds),
    },
    add: { run: 1, fence: 1 },
    remove: [
      ...claimFields,
      ...planFields,
      "error",
      "result",
      "startedAt",
      "finishedAt",
      "dispatchedAt",
      "deadLetterId",
      "notBefore",
      "cancelRequestedAt",
    ],
    append: [{ at: now, event: "retried", run: row.run + 1, fence: row.fence + 1 }],
  },
  hadWorked: (after) => after.run === row.run + 1,
});

/** Fences off whoever works on it and hides it; its objects and then the row follow. */
export const markDeleted = (row: JobRow, { now }: { now: number }): Transition => ({
  name: "markDeleted",
  condition: absent("deletedAt"),
  update: {
    set: { deletedAt: now, ...dueIn(row, now, limits.undispatchedSeconds) },
    add: { fence: 1 },
    remove: ["nonce", "workerId", "waitingQueue", "waitingSince"],
  },
  hadWorked: (after) => after.deletedAt !== undefined,
});
