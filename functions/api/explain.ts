import type { BlockedReason } from "../../contracts/api.ts";
import type { JobRow } from "../../contracts/job.ts";
import { isTerminal } from "../../contracts/work-row.ts";
import { keys } from "../../contracts/keys.ts";
import { limits } from "../../contracts/limits.ts";
import type { JobStore, WorkerRegistry } from "../../contracts/ports/job-store.ts";
import type { ScalerStore } from "../../contracts/ports/scaler-store.ts";
import type { MediaBucket } from "../../contracts/ports/media-bucket.ts";
import type { SegmentRow } from "../../contracts/segment.ts";
import type { Pipelines } from "../pipelines.ts";
import { blockedReason, needsWorkers, type Circumstances } from "./blocked-reason.ts";
import { workerInMinutes } from "./worker-in-minutes.ts";

export interface ExplainDependencies {
  readonly scaler: Pick<ScalerStore, "find">;
  readonly jobs: JobStore;
  readonly workers: WorkerRegistry;
  readonly bucket: MediaBucket;
  readonly pipelines: Pipelines;
  readonly queueId: string;
  readonly aliveSeconds: number;
  readonly now: () => number;
}

export type Explain = ReturnType<typeof explainer>;

/** Gathers what explains why jobs do not move: all of it for one job, what all have in common for a list. */
export function explainer(dependencies: ExplainDependencies) {
  const { jobs, workers, scaler, bucket, pipelines, queueId, aliveSeconds, now } = dependencies;

  async function onTheWay(): Promise<Pick<Circumstances, "workerInMinutes">> {
    const minutes = workerInMinutes(await scaler.find(), now());
    return minutes === undefined ? {} : { workerInMinutes: minutes };
  }

  async function needsOf(row: JobRow): Promise<Circumstances["needs"]> {
    const pipeline = needsWorkers(row) ? await pipelines.find(row.pipelineId) : undefined;
    const decoder = pipeline && (await pipelines.decoderOf(pipeline));
    return { gpu: pipeline?.require === "gpu", ...(decoder && { decoder }) };
  }

  return {
    /** Its segments, where whoever asks reads them anyway, say more than the job does. */
    async one(
      row: JobRow,
      reading?: Promise<readonly SegmentRow[]>,
    ): Promise<BlockedReason | null> {
      if (isTerminal(row.status)) return null;
      const before = row.status === "pending" ? row.waitingSince : undefined;
      const [alive, coming, needs, waiting, upload, segments] = await Promise.all([
        workers.list(),
        needsWorkers(row) ? onTheWay() : {},
        needsOf(row),
        before === undefined ? undefined : jobs.waiting({ before, limit: limits.waitingCountMax }),
        row.status === "awaiting_upload" ? bucket.head(keys.upload(row.jobId)) : undefined,
        reading,
      ]);
      return blockedReason(row, {
        now: now(),
        queueId,
        aliveSeconds,
        workers: alive,
        needs,
        ...coming,
        ...(waiting && { jobsInFront: waiting.count }),
        ...(upload && { upload }),
        ...(segments && { segments }),
      });
    },

    /** Reads as much for a hundred jobs as for one: no counts, no look into the bucket. */
    async many(rows: readonly JobRow[]): Promise<readonly (BlockedReason | null)[]> {
      if (rows.every(({ status }) => isTerminal(status))) return rows.map(() => null);

      const pending = rows.filter(needsWorkers);
      const waitingByPipeline = [...new Map(pending.map((row) => [row.pipelineId, row])).values()];
      const [alive, coming, needs] = await Promise.all([
        workers.list(),
        pending.length > 0 ? onTheWay() : {},
        Promise.all(
          waitingByPipeline.map(async (row) => [row.pipelineId, await needsOf(row)] as const),
        ),
      ]);
      const needsByPipeline = new Map(needs);
      return rows.map((row) =>
        blockedReason(row, {
          now: now(),
          queueId,
          aliveSeconds,
          workers: alive,
          ...coming,
          needs: needsByPipeline.get(row.pipelineId) ?? { gpu: false },
        }),
      );
    },
  };
}
