import type { JobRow } from "../../contracts/job.ts";
import { limits } from "../../contracts/limits.ts";
import { segmentEnder } from "../../contracts/protocol/end-segment.ts";
import { endTeller, type TellEndDependencies } from "../../contracts/protocol/tell-end.ts";
import { dueShards } from "../../contracts/protocol/schedule.ts";
import { postpone } from "../../contracts/protocol/sweeper-transitions.ts";
import { dispatcher, type DispatchDependencies } from "../../contracts/protocol/dispatch.ts";
import { ingester } from "../ingest.ts";
import { aboutJob, type Log } from "../log.ts";
import type { CountMetrics } from "../metrics.ts";
import { jobRemover, type RemoveJobDependencies } from "../remove-job.ts";
import { orphanRemover } from "./remove-orphans.ts";
import { sweepSegments } from "./sweep-segments.ts";
import { sweepWork } from "./sweep-work.ts";
import { sweepJob } from "./sweep-job.ts";

export interface SweepDependencies
  extends DispatchDependencies, RemoveJobDependencies, Pick<TellEndDependencies, "events"> {
  readonly log: Log;
  readonly count: CountMetrics;
}

/** Repairs what a crash left between two steps, from the rows alone: at most so many of each shard, oldest first. */
export function sweep(ports: SweepDependencies) {
  const { jobs, log, count, now } = ports;
  let sent = 0;
  const send = dispatcher(ports);
  const dispatch: typeof send = async (row) => {
    await send(row);
    sent++;
  };
  const work = sweepWork({ ...ports, dispatch });
  const repair = sweepJob({
    ...ports,
    work,
    segments: sweepSegments({ ...ports, work, endSegment: segmentEnder(ports) }),
    ingest: ingester({ ...ports, dispatch }),
    removeJob: jobRemover(ports),
    tellEnd: endTeller(ports),
    removeOrphans: orphanRemover(ports),
  });

  /** What cannot be repaired goes behind what came due after it, or a hundred such rows would hold up all others. */
  async function putOff(row: JobRow): Promise<void> {
    const later = postpone(row, { now: now(), seconds: limits.unrepairedSeconds });
    await jobs.move(row.jobId, later).catch((error: unknown) => {
      log.warn("A job that could not be swept stays in front.", { ...aboutJob(row), error });
    });
  }

  async function sweepShard(shard: string): Promise<{ seen: number; failed: number }> {
    const jobIds = await jobs.listDue({ shard, before: now(), limit: limits.sweepRowsMax });
    let failed = 0;
    for (const jobId of jobIds) {
      let row: JobRow | undefined;
      try {
        row = await jobs.find(jobId);
        // The index lags: the row itself says whether it is due.
        if (row?.dueAt === undefined || row.dueAt >= now()) continue;
        log.info("A job is swept.", { ...aboutJob(row), status: row.status });
        await repair(row);
      } catch (error) {
        failed++;
        log.error("A job could not be swept.", { ...aboutJob(row ?? { jobId }), error });
        if (row) await putOff(row);
      }
    }
    return { seen: jobIds.length, failed };
  }

  return async (): Promise<void> => {
    sent = 0;
    const swept = await Promise.all(dueShards.map(sweepShard));
    const seen = swept.reduce((sum, shard) => sum + shard.seen, 0);
    const failed = swept.reduce((sum, shard) => sum + shard.failed, 0);
    log.info("Swept.", { seen, failed });
    const waiting = await jobs.waiting({
      before: Number.MAX_SAFE_INTEGER,
      limit: limits.waitingCountMax,
    });
    count({
      SweptSent: sent,
      SweepFailures: failed,
      WaitingJobs: waiting.count,
      OldestWaitingSeconds: Math.max(0, (now() - (waiting.oldestSince ?? now())) / 1000),
    });
    // One bad job does not hold up the others, but is seen by the alarm on this function's errors.
    if (failed) throw new Error(`${failed} of ${seen} jobs could not be swept.`);
  };
}
