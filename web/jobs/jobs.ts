import { signal } from "@preact/signals";
import type { JobView } from "../../contracts/api.ts";
import { isTerminal } from "../../contracts/work-row.ts";
import type { JobStatus } from "../../contracts/work-row.ts";
import { listJobs } from "../api/calls.ts";
import { poll } from "../api/poll.ts";
import { lookAfterMove } from "../health/health.ts";

export interface JobList {
  readonly jobs: readonly JobView[];
  readonly nextCursor: string | null;
}

/** Puts a fresh first page over a list that may have older pages behind it. */
export function withFirstPage(list: JobList | undefined, first: JobList): JobList {
  const oldest = first.jobs.at(-1);
  if (list === undefined || oldest === undefined || first.nextCursor === null) return first;

  const fresh = new Set(first.jobs.map(({ job_id }) => job_id));
  const older = list.jobs.filter(
    ({ job_id, created_at }) => !fresh.has(job_id) && created_at <= oldest.created_at,
  );
  if (older.length === 0) return first;
  return { jobs: [...first.jobs, ...older], nextCursor: list.nextCursor };
}

/** A list of jobs that stays fresh until stopped: every other second while one of them moves, slower in quiet times. */
export function watchJobs(status: JobStatus | undefined) {
  const list = signal<JobList | undefined>(undefined);
  const fault = signal<unknown>(undefined);

  let statuses: string | undefined;
  const { stop, now } = poll(async (signal) => {
    try {
      const { jobs, next_cursor } = await listJobs({ status }, signal);
      list.value = withFirstPage(list.value, { jobs, nextCursor: next_cursor });
      const fresh = jobs.map(({ job_id, status }) => `${job_id} ${status}`).join();
      lookAfterMove(statuses, fresh);
      statuses = fresh;
      fault.value = undefined;
      return jobs.every((job) => isTerminal(job.status)) ? 8000 : 2000;
    } catch (error) {
      if (!signal.aborted) fault.value = error;
      throw error;
    }
  });

  async function older() {
    const cursor = list.value?.nextCursor;
    if (cursor == null) return;
    try {
      const { jobs, next_cursor } = await listJobs({ status, cursor });
      list.value = { jobs: [...(list.value?.jobs ?? []), ...jobs], nextCursor: next_cursor };
    } catch (error) {
      fault.value = error;
    }
  }

  return { list, fault, older, now, stop };
}
