import type { JobRow } from "../../contracts/job.ts";
import { limits } from "../../contracts/limits.ts";
import type { JobStore } from "../../contracts/ports/job-store.ts";
import { dueShards } from "../../contracts/protocol/schedule.ts";
import type { SegmentRow } from "../../contracts/segment.ts";
import type { Timing } from "../../contracts/timing.ts";

export interface Backlog {
  /** What nobody holds, in video-seconds, and how many jobs and segments of it can be worked on side by side. */
  readonly videoSeconds: number;
  readonly pieces: number;
  readonly oldestSeconds: number;
  /** Video-seconds a second of one worker, the median of the segments that ended lately; absent where none did. */
  readonly speed?: number;
}

export interface BacklogDependencies {
  readonly jobs: Pick<JobStore, "listWaiting" | "listDue" | "find" | "segments">;
  readonly timing: Timing;
}

/** What waits for a worker, from the rows: the queue's counts would hold what workers of others hold, too. */
export function backlogReader({ jobs, timing }: BacklogDependencies) {
  /** The sweeper looks at these once a lease, so the index of what is due within one names them all. */
  async function segmentsOfDetecting(now: number): Promise<readonly SegmentRow[]> {
    const before = now + (timing.leaseSeconds + timing.marginSeconds + 1) * 1000;
    const listed = await Promise.all(
      dueShards.map((shard) => jobs.listDue({ shard, before, limit: limits.sweepRowsMax })),
    );
    const rows = await Promise.all(listed.flat().map((jobId) => jobs.find(jobId)));
    const segments = await Promise.all(
      rows.map(async (row) =>
        row?.phase === "detect" && row.status === "running" && row.planFence !== undefined
          ? jobs.segments.list({ jobId: row.jobId, planFence: row.planFence })
          : [],
      ),
    );
    return segments.flat();
  }

  return async (now: number): Promise<Backlog> => {
    const [waitingJobs, segments] = await Promise.all([
      jobs.listWaiting({ limit: limits.scaleRowsMax }),
      segmentsOfDetecting(now),
    ]);
    const isReady = ({ notBefore = 0 }: { readonly notBefore?: number }) => notBefore <= now;
    const pieces = [
      ...waitingJobs.filter(isReady).map((row) => ({ row, seconds: estimatedSeconds(row) })),
      ...segments
        .filter((row) => row.status === "pending" && isReady(row))
        .map((row) => ({ row, seconds: secondsOf(row) })),
    ];
    const since = pieces.map(({ row }) => row.waitingSince ?? row.createdAt);
    const speed = speedOf(segments.filter(({ finishedAt = 0 }) => finishedAt > now - 900_000));
    return {
      videoSeconds: pieces.reduce((sum, { seconds }) => sum + seconds, 0),
      pieces: pieces.length,
      oldestSeconds: since.length > 0 ? Math.max(0, (now - Math.min(...since)) / 1000) : 0,
      ...(speed !== undefined && { speed }),
    };
  };
}

/** Of a job that nobody has looked at: from its bytes. One that is to be joined is all but done. */
const estimatedSeconds = ({ phase, source }: JobRow): number =>
  phase === "assemble" ? 0 : (source?.sizeBytes ?? 0) / limits.estimatedBytesPerSecond;

/** Work is frames: a video-second is thirty that are analysed, so that sampling and frame rates count as they cost. */
const secondsOf = ({ framesTotal }: SegmentRow): number =>
  framesTotal / limits.framesPerVideoSecond;

function speedOf(segments: readonly SegmentRow[]): number | undefined {
  const speeds = segments
    .flatMap((row) =>
      row.status === "completed" && row.attempts === 1 && row.startedAt && row.finishedAt
        ? [(secondsOf(row) / Math.max(1, row.finishedAt - row.startedAt)) * 1000]
        : [],
    )
    .sort((a, b) => a - b);
  return speeds[Math.floor(speeds.length / 2)];
}
