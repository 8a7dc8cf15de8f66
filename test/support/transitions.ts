import type { JobRow } from "../../contracts/job.ts";
import * as owner from "../../contracts/protocol/owner-transitions.ts";
import * as sweeper from "../../contracts/protocol/sweeper-transitions.ts";
import type { Transition } from "../../contracts/protocol/transition.ts";
import * as worker from "../../contracts/protocol/worker-transitions.ts";
import * as segment from "../../contracts/protocol/segment-transitions.ts";
import { timingFor } from "../../contracts/timing.ts";
import type { SegmentRow } from "../../contracts/segment.ts";
import type { WorkRow } from "../../contracts/work-row.ts";
import { aDetectingJob, aPart, aSegmentRow } from "./segment-row.ts";
import { aJobRow } from "./job-row.ts";
import { anEmptySummary } from "./result-summary.ts";

const timing = timingFor(60);
const now = 1_000_000;
const error = { code: "WORKER_FAILED", message: "it failed" } as const;
const source = { key: "uploads/x/source", etag: '"1"', sizeBytes: 1000 };
const leaseOf = (row: WorkRow): worker.Lease => ({
  jobId: row.jobId,
  run: row.run,
  fence: row.fence,
  nonce: "n",
  workerId: "w",
});
const result = {
  manifestKey: "results/x/r1/f1/manifest.json",
  manifestSha256: "0".repeat(64),
  run: 1,
  fence: 1,
  summary: anEmptySummary,
};

/** Every step of the protocol as it would be tried on a row. */
export const everyTransition: readonly ((row: JobRow) => Transition)[] = [
  (row) => owner.markUploaded(row, { now, source }),
  (row) => owner.refuseUpload(row, { now, error }),
  (row) => owner.markDispatched(row, { now }),
  (row) => owner.cancelWaiting(row, { now }),
  (row) => owner.requestCancel(row, { now }),
  (row) => owner.retry(row, { now }),
  (row) => owner.markDeleted(row, { now }),
  (row) => worker.claim(row, { nonce: "n2", workerId: "w2", now, timing }),
  (row) => worker.renew(leaseOf(row), { now, timing }),
  (row) =>
    worker.renew(leaseOf(row), {
      now,
      timing,
      progress: { stage: "detect", framesDone: 1, updatedAt: now },
    }),
  (row) => worker.publish(leaseOf(row), { now, result }),
  (row) => worker.release(leaseOf(row), { now, reason: "SIGTERM" }),
  (row) => worker.retryLater(leaseOf(row), { now, notBefore: now + 1, error }),
  (row) => worker.fail(leaseOf(row), { now, error }),
  (row) => worker.acknowledgeCancel(leaseOf(row), { now }),
  (row) =>
    segment.spread(leaseOf(row), {
      now,
      timing,
      segmentsTotal: 3,
      framesTotal: 30,
      partialAllowed: true,
    }),
  (row) => segment.markSpread(row, { now }),
  (row) => segment.noteSegment(row, { now, index: 2 }),
  (row) => segment.beginAssembly(row, { now }),
  (row) => segment.failOfSegment(row, { now, error }),
  (row) => segment.replan(row, { now }),
  (row) => sweeper.markTold(row),
  (row) => sweeper.markClean(row),
  (row) => sweeper.expire(row, { now }),
  (row) => sweeper.postpone(row, { now, seconds: 60 }),
  (row) => sweeper.revoke(row, { now, timing }),
  (row) => sweeper.exhaust(row, { now, timing, error }),
  (row) => sweeper.cancelAbandoned(row, { now, timing }),
  (row) => sweeper.countDeadLetter(row, { letterId: "letter" }),
  (row) => sweeper.failDeadLettered(row, { now, error }),
];

const due = { dueShard: "due-0", dueAt: now };
const pending = aJobRow({
  status: "pending",
  source,
  ...due,
  waitingQueue: "WAITING",
  waitingSince: 1,
});
const running = aJobRow({
  status: "running",
  source,
  ...due,
  fence: 1,
  attempts: 1,
  nonce: "n",
  workerId: "w",
  leaseUntil: now + 1,
});

/** Steps that only a segment's row takes. */
export const everySegmentTransition: readonly ((row: SegmentRow) => Transition)[] = [
  (row) => owner.markDispatched(row, { now }),
  (row) => worker.claim(row, { nonce: "n2", workerId: "w2", now, timing }),
  (row) => worker.renew(leaseOfSegment(row), { now, timing }),
  (row) => segment.completeSegment(leaseOfSegment(row), { now, part: aPart() }),
  (row) => worker.release(leaseOfSegment(row), { now, reason: "SIGTERM", notBefore: now + 5 }),
  (row) => worker.retryLater(leaseOfSegment(row), { now, notBefore: now + 1, error }),
  (row) => worker.fail(leaseOfSegment(row), { now, error }),
  (row) => sweeper.revoke(row, { now, timing }),
  (row) => sweeper.exhaust(row, { now, timing, error }),
  (row) => sweeper.countDeadLetter(row, { letterId: "letter" }),
  (row) => sweeper.failDeadLettered(row, { now, error }),
];

const leaseOfSegment = (row: SegmentRow): worker.Lease => ({
  ...leaseOf(row),
  planFence: row.planFence,
  index: row.index,
});
const runningSegment = aSegmentRow({
  status: "running",
  fence: 1,
  attempts: 1,
  nonce: "n",
  workerId: "w",
  leaseUntil: now + 1,
});
const detecting = aDetectingJob({ dueAt: now });

/** Rows of segments on both sides of every condition. */
export const segmentRowsOfEveryKind: readonly SegmentRow[] = [
  aSegmentRow(),
  aSegmentRow({ attempts: 4 }),
  aSegmentRow({ deadLetters: 1 }),
  aSegmentRow({ notBefore: now + 1 }),
  runningSegment,
  { ...runningSegment, nonce: "another" },
  { ...runningSegment, leaseUntil: 0 },
  { ...runningSegment, leaseUntil: 0, attempts: 4 },
  aSegmentRow({ status: "completed", fence: 1, part: aPart() }),
  aSegmentRow({ status: "failed", fence: 1, error }),
];

/** Rows on both sides of every condition. */
export const rowsOfEveryKind: readonly JobRow[] = [
  aJobRow({ ...due, uploadBy: now + 1 }),
  aJobRow({ ...due, uploadBy: now - 1 }),
  aJobRow({ ...due, deletedAt: 1 }),
  pending,
  { ...pending, notBefore: now },
  { ...pending, notBefore: now + 1, error },
  { ...pending, attempts: 4 },
  { ...pending, deadLetters: 1 },
  running,
  { ...running, nonce: "another" },
  { ...running, leaseUntil: now - 10_000 },
  { ...running, leaseUntil: now - 10_001 },
  { ...running, leaseUntil: 0, attempts: 4 },
  { ...running, leaseUntil: 0, cancelRequestedAt: 1 },
  { ...running, cancelRequestedAt: 1 },
  detecting,
  { ...detecting, segmentEndedAt: now - 600_001 },
  { ...detecting, endedSegments: new Set([0, 1]) },
  { ...detecting, endedSegments: new Set([0, 1, 2]) },
  { ...detecting, endedSegments: new Set([0, 1, 2]), deletedAt: 1 },
  { ...detecting, planFence: 7 },
  { ...pending, phase: "assemble", planFence: 1, segmentsTotal: 3 },
  { ...running, phase: "assemble", planFence: 1, segmentsTotal: 3 },
  aJobRow({ status: "completed", source, result, fence: 1 }),
  aJobRow({ status: "failed", source, error }),
  aJobRow({ status: "failed", error }),
  aJobRow({ status: "cancelled", source }),
  aJobRow({ status: "completed", source, result, fence: 1, untold: "clean", ...due }),
  aJobRow({ status: "failed", source, error, untold: "may_have_orphans", ...due }),
  aJobRow({ status: "failed", source, error, untold: "clean", ...due, deletedAt: 1 }),
  aJobRow({ status: "expired" }),
];
