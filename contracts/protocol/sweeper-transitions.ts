import type { JobRow } from "../job.ts";
import type { JobError, WorkRow } from "../work-row.ts";
import type { Timing } from "../timing.ts";
import { limits } from "../limits.ts";
import { claimFields, dueFields, dueIn, ended, told, waitingFrom } from "./schedule.ts";
import {
  absent,
  all,
  any,
  atLeast,
  below,
  equal,
  present,
  type Condition,
  type Transition,
} from "./transition.ts";

const unheld = (now: number, { marginSeconds }: Timing): Condition =>
  any(
    equal("status", "pending"),
    all(equal("status", "running"), below("leaseUntil", now - marginSeconds * 1000)),
  );

/** The video never came. */
export const expire = (row: JobRow, { now }: { now: number }): Transition => ({
  name: "expire",
  condition: all(equal("status", "awaiting_upload"), below("uploadBy", now), absent("deletedAt")),
  update: {
    ...ended(row, { now, mayHaveOrphans: false, set: { status: "expired" } }),
    append: [{ at: now, event: "expired", run: row.run, fence: row.fence }],
  },
  hadWorked: (after) => after.status === "expired",
});

/** Looks again later, unless somebody has said another time since. */
export const postpone = (
  row: JobRow,
  { now, seconds }: { now: number; seconds: number },
): Transition => ({
  name: "postpone",
  condition: all(
    equal("status", row.status),
    equal("fence", row.fence),
    equal("dueAt", row.dueAt ?? 0),
  ),
  update: { set: dueIn(row, now, seconds) },
  hadWorked: () => false,
});

/** The end of this run was told: nobody need tell it again. A deleted job stays due, for it must still be removed. */
export const markTold = (row: JobRow): Transition => ({
  name: "markTold",
  condition: all(
    equal("run", row.run),
    present("untold"),
    row.deletedAt === undefined ? absent("deletedAt") : present("deletedAt"),
  ),
  update: row.deletedAt === undefined ? told(row) : { remove: ["untold"] },
  hadWorked: () => false,
});

/** What a job that has ended left behind is gone: the sweeper need not look again. */
export const markClean = (row: JobRow): Transition => ({
  name: "markClean",
  condition: all(
    equal("status", row.status),
    equal("fence", row.fence),
    absent("deletedAt"),
    absent("untold"),
  ),
  update: { remove: dueFields },
  hadWorked: () => false,
});

/** A dead worker's job waits again, and whoever still holds the old fence is shut out. */
export const revoke = (
  row: WorkRow,
  { now, timing }: { now: number; timing: Timing },
): Transition => ({
  name: "revoke",
  condition: all(
    equal("status", "running"),
    equal("fence", row.fence),
    below("leaseUntil", now - timing.marginSeconds * 1000),
    below("attempts", limits.attemptsMax),
    absent("cancelRequestedAt"),
  ),
  update: {
    set: {
      status: "pending",
      ...waitingFrom(row, now),
      ...dueIn(row, now, limits.undispatchedSeconds),
    },
    add: { fence: 1 },
    remove: claimFields,
    append: [
      {
        at: now,
        event: "lease_expired",
        run: row.run,
        fence: row.fence,
        ...(row.workerId && { workerId: row.workerId }),
      },
    ],
  },
  hadWorked: (after) => after.status === "pending" && after.fence === row.fence + 1,
});

/** Every attempt was used and nobody holds the job: it fails, with the last reason. */
export const exhaust = (
  row: WorkRow,
  { now, timing, error }: { now: number; timing: Timing; error: JobError },
): Transition => ({
  name: "exhaust",
  condition: all(
    equal("run", row.run),
    equal("fence", row.fence),
    atLeast("attempts", limits.attemptsMax),
    unheld(now, timing),
  ),
  update: {
    ...ended(row, { now, mayHaveOrphans: row.fence > 0, set: { status: "failed", error } }),
    add: { fence: 1 },
    append: [{ at: now, event: "failed", run: row.run, fence: row.fence, ...error }],
  },
  hadWorked: (after) => after.status === "failed" && after.run === row.run,
});

/** A cancel whose worker died before it could stop, or gave the job back as if nobody had asked. */
export const cancelAbandoned = (
  row: WorkRow,
  { now, timing }: { now: number; timing: Timing },
): Transition => ({
  name: "cancelAbandoned",
  condition: all(equal("fence", row.fence), present("cancelRequestedAt"), unheld(now, timing)),
  update: {
    ...ended(row, { now, mayHaveOrphans: true, set: { status: "cancelled" } }),
    add: { fence: 1 },
    append: [{ at: now, event: "cancelled", run: row.run, fence: row.fence }],
  },
  hadWorked: (after) => after.status === "cancelled" && after.fence === row.fence + 1,
});

/** The first dead letter of a run: counted, and the message sent anew. */
export const countDeadLetter = (row: WorkRow, { letterId }: { letterId: string }): Transition => ({
  name: "countDeadLetter",
  condition: all(equal("status", "pending"), equal("run", row.run), equal("deadLetters", 0)),
  update: { set: { deadLetterId: letterId }, add: { deadLetters: 1 } },
  hadWorked: () => false,
});

/** The second dead letter: nobody can take this job. Never of a job that somebody holds. */
export const failDeadLettered = (
  row: WorkRow,
  { now, error }: { now: number; error: JobError },
): Transition => ({
  name: "failDeadLettered",
  condition: all(
    equal("status", "pending"),
    equal("run", row.run),
    equal("fence", row.fence),
    atLeast("deadLetters", 1),
  ),
  update: {
    ...ended(row, { now, mayHaveOrphans: row.fence > 0, set: { status: "failed", error } }),
    add: { fence: 1 },
    append: [{ at: now, event: "failed", run: row.run, fence: row.fence, ...error }],
  },
  hadWorked: (after) => after.status === "failed" && after.run === row.run,
});
