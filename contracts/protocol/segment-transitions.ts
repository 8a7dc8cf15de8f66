import type { JobRow } from "../job.ts";
import { limits } from "../limits.ts";
import type { SegmentPart } from "../segment.ts";
import type { Timing } from "../timing.ts";
import type { JobError } from "../work-row.ts";
import { claimFields, dueIn, ended, planFields, waitingFrom } from "./schedule.ts";
import {
  absent,
  all,
  below,
  counts,
  equal,
  type Condition,
  type Transition,
} from "./transition.ts";
import { held, type Lease } from "./worker-transitions.ts";

/** One cutting of one job into segments, by the fence under which it was made. */
export type Plan = Pick<JobRow, "jobId" | "run" | "planFence">;

/** True while the segments of this very plan are being detected. Nobody holds the job's row then. */
const detecting = ({ run, planFence = -1 }: Plan): Condition =>
  all(
    equal("status", "running"),
    equal("phase", "detect"),
    equal("run", run),
    equal("planFence", planFence),
    absent("deletedAt"),
  );

/** Lets the segments go to whoever takes them. Their rows are there already; those of a plan that never gets here are nobody's. */
export const spread = (
  lease: Lease,
  {
    now,
    timing,
    segmentsTotal,
    partialAllowed,
    framesTotal,
  }: {
    now: number;
    timing: Timing;
    segmentsTotal: number;
    partialAllowed: boolean;
    framesTotal: number;
  },
): Transition => ({
  name: "spread",
  condition: all(held(lease), absent("cancelRequestedAt"), absent("deletedAt")),
  update: {
    set: {
      phase: "detect",
      planFence: lease.fence,
      segmentsTotal,
      partialAllowed,
      segmentEndedAt: now,
      progress: { stage: "detect", framesDone: 0, framesTotal, updatedAt: now },
      ...dueIn(lease, now, timing.leaseSeconds + timing.marginSeconds),
    },
    remove: [...claimFields.filter((field) => field !== "progress"), "dispatchedAt"],
    append: [
      {
        at: now,
        event: "planned",
        run: lease.run,
        fence: lease.fence,
        workerId: lease.workerId,
        message: `${segmentsTotal} segments`,
      },
    ],
  },
  hadWorked: (after) => after.phase === "detect" && after.planFence === lease.fence,
});

/** Every segment's message was sent; the sweeper need not send them again soon. */
export const markSpread = (plan: Plan, { now }: { now: number }): Transition => ({
  name: "markSpread",
  condition: detecting(plan),
  update: { set: { dispatchedAt: now } },
  hadWorked: () => false,
});

/** The one write that makes a segment's detections count. */
export const completeSegment = (
  lease: Lease,
  { now, part }: { now: number; part: SegmentPart },
): Transition => ({
  name: "completeSegment",
  condition: held(lease),
  update: {
    ...ended(lease, { now, mayHaveOrphans: false, set: { status: "completed", part } }),
    append: [
      { at: now, event: "detected", run: lease.run, fence: lease.fence, workerId: lease.workerId },
    ],
  },
  hadWorked: (after) => after.status === "completed" && after.part?.key === part.key,
});

/** Enters a segment that has ended into its job's set; twice is as good as once. */
export const noteSegment = (
  plan: Plan,
  { now, index }: { now: number; index: number },
): Transition => ({
  name: "noteSegment",
  condition: detecting(plan),
  update: { include: { endedSegments: [index] }, set: { segmentEndedAt: now } },
  hadWorked: () => false,
});

/**
 * All segments have ended: the job waits for a worker that joins them. That its message is sent is noted here already, to save a
 * write; where it is not sent after all, the sweeper sends one when it is due.
 */
export const beginAssembly = (row: JobRow, { now }: { now: number }): Transition => ({
  name: "beginAssembly",
  condition: all(
    detecting(row),
    counts("endedSegments", row.segmentsTotal ?? limits.segmentsMax + 1),
  ),
  update: {
    set: {
      status: "pending",
      phase: "assemble",
      attempts: 0,
      dispatches: 0,
      dispatchedAt: now,
      deadLetters: 0,
      ...waitingFrom(row, now),
      ...dueIn(row, now, limits.undispatchedSeconds),
    },
    add: { fence: 1 },
    remove: ["deadLetterId", "notBefore"],
  },
  // Whoever finds it done need not send its message a second time; a lost one is the sweeper's.
  hadWorked: () => false,
});

/** A segment that has failed fails its job, where nothing may be missing from the result. */
export const failOfSegment = (
  plan: JobRow,
  { now, error }: { now: number; error: JobError },
): Transition => ({
  name: "failOfSegment",
  condition: detecting(plan),
  update: {
    ...ended(plan, { now, mayHaveOrphans: true, set: { status: "failed", error } }),
    add: { fence: 1 },
    append: [{ at: now, event: "failed", run: plan.run, fence: plan.fence, ...error }],
  },
  hadWorked: (after) => after.status === "failed" && after.run === plan.run,
});

/** No worker of the plan's engine has ended a segment for long: the job is cut anew, by an engine that is there. */
export const replan = (row: JobRow, { now }: { now: number }): Transition => ({
  name: "replan",
  condition: all(detecting(row), below("segmentEndedAt", now - limits.replanSeconds * 1000)),
  update: {
    set: {
      status: "pending",
      attempts: 0,
      ...waitingFrom(row, now),
      ...dueIn(row, now, limits.undispatchedSeconds),
    },
    add: { fence: 1 },
    remove: [...planFields, "dispatchedAt"],
    append: [
      {
        at: now,
        event: "released",
        run: row.run,
        fence: row.fence,
        message: "no worker has the engine that the segments were begun with",
      },
    ],
  },
  hadWorked: () => false,
});
