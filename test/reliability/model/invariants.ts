import type { AnyRow } from "../../../contracts/protocol/row-handle.ts";
import { isTerminal } from "../../../contracts/work-row.ts";
import type { Write } from "./protocol.ts";

/** What a write has broken by being applied to this row, or undefined. */
export function brokenBy(
  { transition: { name }, lease }: Write,
  before: AnyRow,
  after: AnyRow,
): string | undefined {
  if (after.status === "completed" && before.status === "completed" && name === "publish") {
    return "published twice in one run";
  }
  if (lease && !isHeldBy(before, lease)) return `${name}: a write of an old lease was applied`;
  if (after.fence < before.fence) return `${name}: the fence went back`;
  if (after.run < before.run) return `${name}: the run went back`;
  if (isTerminal(before.status)) {
    const retried = after.run === before.run + 1 && before.status !== "completed";
    const edited = after.status !== before.status || after.result !== before.result;
    if (edited && !retried) return `${name}: a terminal status changed`;
  }
  if (before.index === undefined) {
    if (isTerminal(after.status) && !isTerminal(before.status) && !after.untold) {
      return `${name}: an end that nobody will tell`;
    }
    if (before.untold && !after.untold && name !== "markTold") {
      return `${name}: an end was forgotten before it was told`;
    }
    if (after.untold && !isTerminal(after.status)) return `${name}: untold, but not over`;
  }
  if (after.status === "failed" && before.status !== "failed" && !after.error)
    return `${name}: failed without a reason`;
  return undefined;
}

const isHeldBy = (
  { status, run, fence, nonce }: AnyRow,
  lease: NonNullable<Write["lease"]>,
): boolean =>
  status === "running" && run === lease.run && fence === lease.fence && nonce === lease.nonce;

/** What is broken in a row, whatever led to it, or undefined. */
export function brokenIn(row: AnyRow): string | undefined {
  return brokenInWork(row) ?? (row.index === undefined ? brokenInJob(row) : brokenInSegment(row));
}

const isDetecting = ({ status, phase }: AnyRow): boolean =>
  status === "running" && phase === "detect";

function brokenInWork(row: AnyRow): string | undefined {
  const { status, nonce, waitingSince } = row;
  const deleted = row.deletedAt !== undefined;
  if ((waitingSince !== undefined) !== (status === "pending" && !deleted)) {
    return `${status}, and waitingSince is ${waitingSince}`;
  }
  if (!deleted && (nonce !== undefined) !== (status === "running" && !isDetecting(row))) {
    return `${status}, and the nonce is ${nonce}`;
  }
  return undefined;
}

function brokenInJob(row: AnyRow): string | undefined {
  const { status, deletedAt, dueAt, result, source } = row;
  const deleted = deletedAt !== undefined;
  // What has not ended, or must still be removed, is seen by the sweeper.
  if (deleted && dueAt === undefined) return "a deleted row that the sweeper will never see";
  if (row.untold && dueAt === undefined) return "an untold end that the sweeper will never see";
  if (!isTerminal(status) && dueAt === undefined) return "a row that the sweeper will never see";
  if ((status === "completed") !== (result !== undefined)) {
    return `${status}, without a fitting result`;
  }
  if (result && !deleted && (result.run !== row.run || result.fence !== row.fence)) {
    return "the result is of another lease";
  }
  if (!source && (status === "pending" || status === "running"))
    return `${status} without a source`;
  return undefined;
}

const brokenInSegment = ({ status, part }: AnyRow): string | undefined =>
  (status === "completed") !== (part !== undefined)
    ? `a segment ${status}, and its part`
    : undefined;

/** What is broken between a job's row and the rows of its segments, by index, or undefined. */
export function brokenAmong(
  job: AnyRow,
  segments: readonly (AnyRow | undefined)[],
): string | undefined {
  const { phase, planFence, endedSegments, deletedAt } = job;
  if (!phase || deletedAt !== undefined) return undefined;
  if (segments.some((segment) => !segment)) return "spread before every segment had a row";
  if (segments.some((segment) => segment!.planFence !== planFence)) {
    return "a segment of another plan among the job's";
  }
  const ended = segments.map((segment) => isTerminal(segment!.status));
  if ([...(endedSegments ?? [])].some((index) => !ended[index])) {
    return "a segment in the set that has not ended";
  }
  const joins = phase === "assemble" || job.status === "completed";
  return joins && ended.includes(false) ? "assembled with a segment that has not ended" : undefined;
}
