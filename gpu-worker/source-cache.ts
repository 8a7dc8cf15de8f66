import type { JobRow } from "../contracts/job.ts";
import type { Plan } from "./plan.ts";
import type { JobFolder, JobFolders } from "./job-folders.ts";

/** Keeps the last source on disk, and what was found out about it: a worker often gets several segments of one video. */
export interface SourceCache {
  readonly get: (row: JobRow, look: (folder: JobFolder) => Promise<Plan>) => Promise<Plan>;
  readonly drop: () => Promise<void>;
  readonly isEmpty: () => boolean;
}

export function sourceCache(folders: Pick<JobFolders, "take">): SourceCache {
  let kept:
    | { readonly name: string; readonly plan: Plan; readonly place: AsyncDisposable }
    | undefined;

  async function drop(): Promise<void> {
    const { place } = kept ?? {};
    kept = undefined;
    await place?.[Symbol.asyncDispose]();
  }

  return {
    async get({ jobId, source }, look) {
      const name = `${jobId} ${source?.etag}`;
      if (kept?.name === name) return kept.plan;
      await drop();
      const place = await folders.take();
      try {
        const plan = await look(place);
        kept = { name, plan, place };
        return plan;
      } catch (error) {
        await place[Symbol.asyncDispose]();
        throw error;
      }
    },
    drop,
    isEmpty: () => kept === undefined,
  };
}
