import type { JobView } from "../../../contracts/api.ts";
import { isTerminal, type JobStatus } from "../../../contracts/work-row.ts";

/** Something that must never be seen, in a sentence. */
export interface Violation {
  readonly jobId: string;
  readonly what: string;
}

/** Digests of a result's files by name, the manifest's included. */
export type Digests = Readonly<Record<string, string>>;

type Seen = Pick<JobView, "job_id" | "run" | "status">;

/**
 * What one reader saw, in the order in which it asked: no run leaves a terminal status, no result ever changes, and a
 * run whose cancel was acknowledged never completes.
 */
export function watch() {
  const violations: Violation[] = [];
  const lastSeen = new Map<string, Seen>();
  const endings = new Map<string, JobStatus>();
  const results = new Map<string, string>();
  const cancelled = new Set<string>();
  const found = (jobId: string, what: string) => violations.push({ jobId, what });

  function checkEnding({ job_id, run, status }: Seen): void {
    if (!isTerminal(status)) return;
    const key = `${job_id} ${run}`;
    const before = endings.get(key) ?? status;
    if (before !== status) found(job_id, `run ${run} was ${before} and is ${status}`);
    endings.set(key, before);
    if (status === "completed" && cancelled.has(key)) {
      found(job_id, `run ${run} completed after its cancel was acknowledged`);
    }
  }

  return {
    violations,
    /** A list may lag behind; what it says of an end must hold all the same. */
    listed: checkEnding,
    /** The row itself, asked for after every answer before had come. */
    saw({ job_id, run, status }: Seen): void {
      const last = lastSeen.get(job_id);
      if (last && run < last.run) found(job_id, `run ${run} is seen after run ${last.run}`);
      else if (last && run === last.run && isTerminal(last.status) && status !== last.status) {
        found(job_id, `run ${run} went from ${last.status} to ${status}`);
      }
      checkEnding({ job_id, run, status });
      lastSeen.set(job_id, { job_id, run, status });
    },
    /** The API answered a cancel of this run with success. */
    acknowledgedCancel(jobId: string, run: number): void {
      cancelled.add(`${jobId} ${run}`);
      if (endings.get(`${jobId} ${run}`) === "completed") {
        found(jobId, `a cancel of run ${run} was acknowledged after it had completed`);
      }
    },
    sawResult(jobId: string, run: number, digests: Digests): void {
      const key = `${jobId} ${run}`;
      const seen = JSON.stringify(digests);
      const before = results.get(key) ?? seen;
      if (before !== seen) found(jobId, `the result of run ${run} changed: ${before} to ${seen}`);
      results.set(key, before);
    },
  };
}

export type Watch = ReturnType<typeof watch>;
