import type { JobRow } from "../../contracts/job.ts";
import type { JobStore, Moved, SegmentStore } from "../../contracts/ports/job-store.ts";
import { applied, holds } from "../../contracts/protocol/interpret.ts";
import type { Transition } from "../../contracts/protocol/transition.ts";
import type { SegmentRef, SegmentRow } from "../../contracts/segment.ts";
import type { WorkRow } from "../../contracts/work-row.ts";

type Copy = <Value>(value: Value) => Value;

function moved<Row extends WorkRow>(
  rows: Map<string, Row>,
  name: string,
  { condition, update, hadWorked }: Transition,
  copy: Copy,
): Moved<Row> {
  const row = rows.get(name);
  if (!row) return { moved: false };
  if (!holds(condition, row)) return { moved: hadWorked(row), row: copy(row) };
  const next = applied(copy(update), row);
  rows.set(name, next);
  return { moved: true, row: copy(next) };
}

const inserted = <Row extends WorkRow>(
  rows: Map<string, Row>,
  name: string,
  row: Row,
  copy: Copy,
): boolean => (rows.has(name) ? false : Boolean(rows.set(name, copy(row))));

const nameOf = ({ jobId, planFence, index }: SegmentRef) => `${jobId}/${planFence}/${index}`;

function memorySegmentStore(rows: Map<string, SegmentRow>, copy: Copy): SegmentStore {
  return {
    insert: async (row) => inserted(rows, nameOf(row), row, copy),
    find: async (ref) => copy(rows.get(nameOf(ref))),
    move: async (ref, transition) => moved(rows, nameOf(ref), transition, copy),
    async list({ jobId, planFence }) {
      const ofPlan = [...rows.values()].filter(
        (row) => row.jobId === jobId && row.planFence === planFence,
      );
      return copy(ofPlan.sort((a, b) => a.index - b.index));
    },
  };
}

/**
 * The job store's second implementation: the same transitions, interpreted on rows in memory. Rows are copied on their
 * way in and out; where that costs too much, and nobody changes a row in place, `copy` may hand them on as they are.
 */
export function memoryJobStore(
  rows: Map<string, JobRow> = new Map(),
  segmentRows: Map<string, SegmentRow> = new Map(),
  copy: Copy = structuredClone,
): JobStore & { rows: typeof rows; segmentRows: typeof segmentRows } {
  const alive = () => [...rows.values()].filter(({ deletedAt }) => deletedAt === undefined);

  return {
    rows,
    segmentRows,
    segments: memorySegmentStore(segmentRows, copy),
    insert: async (row) => inserted(rows, row.jobId, row, copy),
    find: async (jobId) => copy(rows.get(jobId)),
    move: async (jobId, transition) => moved(rows, jobId, transition, copy),
    async remove(jobId) {
      if (rows.get(jobId)?.deletedAt === undefined) return false;
      for (const [name, row] of segmentRows) if (row.jobId === jobId) segmentRows.delete(name);
      return rows.delete(jobId);
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
    async listWaiting({ limit }) {
      const waiting = alive().filter(({ waitingQueue }) => waitingQueue !== undefined);
      return copy(waiting.sort((a, b) => a.waitingSince! - b.waitingSince!).slice(0, limit));
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
