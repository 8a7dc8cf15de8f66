import type { JobRow } from "../../contracts/job.ts";
import type { JobStore, Moved } from "../../contracts/ports/job-store.ts";
import { applied, holds } from "../../contracts/protocol/interpret.ts";

/** The job store's second implementation: the same transitions, interpreted on rows in memory. */
export function memoryJobStore(
  rows: Map<string, JobRow> = new Map(),
): JobStore & { rows: typeof rows } {
  const alive = () => [...rows.values()].filter(({ deletedAt }) => deletedAt === undefined);

  return {
    rows,
    async insert(row) {
      if (rows.has(row.jobId)) return false;
      rows.set(row.jobId, structuredClone(row));
      return true;
    },
    async find(jobId) {
      return structuredClone(rows.get(jobId));
    },
    async move(jobId, { condition, update, hadWorked }): Promise<Moved> {
      const row = rows.get(jobId);
      if (!row) return { moved: false };
      if (!holds(condition, row)) {
        return { moved: hadWorked(row), row: structuredClone(row) };
      }
      const next = applied(structuredClone(update), row);
      rows.set(jobId, next);
      return { moved: true, row: structuredClone(next) };
    },
    async remove(jobId) {
      return rows.get(jobId)?.deletedAt !== undefined && rows.delete(jobId);
    },
    async listByOwner({ owner, status, limit, cursor }) {
      const matching = alive()
        .filter((row) => row.owner === owner && (!status || row.status === status))
        .sort((a, b) => (a.jobId < b.jobId ? 1 : -1))
        .filter(({ jobId }) => !cursor || jobId < cursor);
      const jobs = matching.slice(0, limit);
      return { jobs, ...(matching.length > limit && { cursor: jobs.at(-1)!.jobId }) };
    },
    async listDue({ shard, before, limit }) {
      return [...rows.values()]
        .filter((row) => row.dueShard === shard && (row.dueAt ?? Infinity) < before)
        .sort((a, b) => a.dueAt! - b.dueAt!)
        .slice(0, limit)
        .map(({ jobId }) => jobId);
    },
    async waiting({ before, limit }) {
      const since = alive()
        .flatMap((row) => (row.waitingSince === undefined ? [] : [row.waitingSince]))
        .sort((a, b) => a - b);
      const count = Math.min(limit, since.filter((each) => each < before).length);
      return { count, ...(since[0] !== undefined && { oldestSince: since[0] }) };
    },
  };
}
