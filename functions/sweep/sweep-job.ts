import type { JobRow } from "../../contracts/job.ts";
import type { JobStore } from "../../contracts/ports/job-store.ts";
import type { TellEnd } from "../../contracts/protocol/tell-end.ts";
import {
  cancelAbandoned,
  expire,
  markClean,
  postpone,
} from "../../contracts/protocol/sweeper-transitions.ts";
import { isTerminal } from "../../contracts/work-row.ts";
import type { orphanRemover } from "./remove-orphans.ts";
import type { Transition } from "../../contracts/protocol/transition.ts";
import type { Timing } from "../../contracts/timing.ts";
import type { ingester } from "../ingest.ts";
import type { jobRemover } from "../remove-job.ts";
import type { sweepSegments } from "./sweep-segments.ts";
import type { Swept, sweepWork } from "./sweep-work.ts";

export interface SweepJobDependencies {
  readonly jobs: JobStore;
  readonly work: ReturnType<typeof sweepWork>;
  readonly segments: ReturnType<typeof sweepSegments>;
  readonly ingest: ReturnType<typeof ingester>;
  readonly removeJob: ReturnType<typeof jobRemover>;
  readonly tellEnd: TellEnd;
  readonly removeOrphans: ReturnType<typeof orphanRemover>;
  readonly timing: Timing;
  readonly now: () => number;
}

/** Does what a job's row says must happen now. Every write has its condition, so two sweepers do no harm. */
export function sweepJob({
  jobs,
  work,
  segments,
  ingest,
  removeJob,
  tellEnd,
  removeOrphans,
  timing,
  now,
}: SweepJobDependencies) {
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

  async function sweepHeld(row: JobRow): Promise<void> {
    if (row.phase === "detect") return sweepDetecting(row);
    const isDead = (row.leaseUntil ?? 0) + timing.marginSeconds * 1000 < now();
    if (isDead && row.cancelRequestedAt !== undefined) {
      await move(row, cancelAbandoned(row, { now: now(), timing }));
    } else await rest(row, await work.running(row));
  }

  async function sweepDetecting(row: JobRow): Promise<void> {
    await segments(row);
    await later(row, timing.leaseSeconds + timing.marginSeconds);
  }

  async function rest(row: JobRow, swept: Swept): Promise<void> {
    if (swept.is === "left") await later(row, (swept.until - now()) / 1000);
  }

  async function sweepEnded(row: JobRow): Promise<void> {
    await removeOrphans(row);
    await move(row, markClean(row));
  }

  return async (row: JobRow): Promise<void> => {
    // Before all else: what follows removes what there is to tell. The rest is done when it is looked at again.
    if (row.untold !== undefined) return tellEnd(row);
    if (row.deletedAt !== undefined) return sweepDeleted(row);
    if (isTerminal(row.status)) return sweepEnded(row);
    if (row.status === "awaiting_upload") return sweepUpload(row);
    if (row.status === "pending") return rest(row, await work.pending(row));
    return row.status === "running" ? sweepHeld(row) : undefined;
  };
}
