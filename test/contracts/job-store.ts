import { expect, test } from "vitest";
import { jobIdFrom } from "../../contracts/job-id.ts";
import type { JobRow } from "../../contracts/job.ts";
import type { JobStore } from "../../contracts/ports/job-store.ts";
import { applied, holds } from "../../contracts/protocol/interpret.ts";
import {
  cancelWaiting,
  markDeleted,
  markUploaded,
} from "../../contracts/protocol/owner-transitions.ts";
import { dueShardOf, dueShards, waitingQueue } from "../../contracts/protocol/schedule.ts";
import { claim } from "../../contracts/protocol/worker-transitions.ts";
import { timingFor } from "../../contracts/timing.ts";
import { aJobRow } from "../support/job-row.ts";
import { beginAssembly, noteSegment } from "../../contracts/protocol/segment-transitions.ts";
import type { SegmentRow } from "../../contracts/segment.ts";
import { aDetectingJob, aSegmentRow } from "../support/segment-row.ts";
import {
  everySegmentTransition,
  everyTransition,
  rowsOfEveryKind,
  segmentRowsOfEveryKind,
} from "../support/transitions.ts";

const timing = timingFor(60);
const jobId = (n: number, random = n) =>
  jobIdFrom(
    n,
    Uint8Array.from({ length: 10 }, (_, at) => (at === 9 ? random : 0)),
  );

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** What every job store promises. `openStore` gives an empty one each time. */
export function jobStoreContract(openStore: () => Promise<JobStore>): void {
  test("a row comes back as it was inserted", async () => {
    const jobs = await openStore();
    const row = aJobRow({
      options: { classes: ["ball"], sampling: { mode: "fps", fps: 5 } },
      history: [{ at: 1, event: "submitted", run: 1, fence: 0 }],
    });

    expect(await jobs.insert(row)).toBe(true);

    expect(await jobs.find(row.jobId)).toEqual(row);
  });

  test("an id is inserted once, and the first row stays", async () => {
    const jobs = await openStore();
    await jobs.insert(aJobRow({ filename: "first.mp4" }));

    expect(await jobs.insert(aJobRow({ filename: "second.mp4" }))).toBe(false);

    expect(await jobs.find(aJobRow().jobId)).toMatchObject({ filename: "first.mp4" });
  });

  test("a move on a job that does not exist makes none", async () => {
    const jobs = await openStore();
    const row = aJobRow();

    expect(await jobs.move(row.jobId, markDeleted(row, { now: 1 }))).toEqual({ moved: false });

    expect(await jobs.find(row.jobId)).toBeUndefined();
  });

  test("a claim whose answer was lost is recognised and counts once", async () => {
    const jobs = await openStore();
    const row = aJobRow({ status: "pending" });
    await jobs.insert(row);
    const transition = claim(row, { nonce: "n", workerId: "w", now: 1, timing });

    await jobs.move(row.jobId, transition);
    const again = await jobs.move(row.jobId, transition);

    expect(again.moved).toBe(true);
    expect(again.row).toMatchObject({ nonce: "n", fence: 1, attempts: 1 });
  });

  test("waiting jobs are listed as they are now, the longest waiting first", async () => {
    const jobs = await openStore();
    const waiting = (n: number, since: number) =>
      aJobRow({ jobId: jobId(n), status: "pending", waitingQueue, waitingSince: since });
    await jobs.insert(waiting(1, 300));
    await jobs.insert(waiting(2, 100));
    await jobs.insert(waiting(3, 200));
    await jobs.insert(aJobRow({ jobId: jobId(4) }));
    const taken = claim(waiting(3, 200), { nonce: "n", workerId: "w", now: 1, timing });
    await jobs.move(jobId(3), taken);

    const listed = await jobs.listWaiting({ limit: 10 });

    expect(listed).toEqual([waiting(2, 100), waiting(1, 300)]);
    expect(await jobs.listWaiting({ limit: 1 })).toEqual([waiting(2, 100)]);
  });

  test("every transition on every kind of row does what the protocol says", async () => {
    const jobs = await openStore();
    for (const [number, kind] of rowsOfEveryKind.entries()) {
      const tries = everyTransition.map(async (transitionOf, index) => {
        const row: JobRow = { ...kind, jobId: jobId(number, index) };
        const transition = transitionOf(row);
        await jobs.insert(row);

        const { moved, row: after } = await jobs.move(row.jobId, transition);

        const worked = holds(transition.condition, row);
        const wanted = worked ? applied(transition.update, row) : row;
        expect(moved, `${transition.name} on ${row.status}`).toBe(
          worked || transition.hadWorked(row),
        );
        expect(after).toEqual(wanted);
      });
      await Promise.all(tries);
    }
  }, 60_000);

  test("every transition on every kind of segment does what the protocol says", async () => {
    const { segments } = await openStore();
    for (const [number, kind] of segmentRowsOfEveryKind.entries()) {
      const tries = everySegmentTransition.map(async (transitionOf, index) => {
        const row: SegmentRow = { ...kind, jobId: jobId(number, index) };
        const transition = transitionOf(row);
        await segments.insert(row);

        const { moved, row: after } = await segments.move(row, transition);

        const worked = holds(transition.condition, row);
        expect(moved, `${transition.name} on ${row.status}`).toBe(
          worked || transition.hadWorked(row),
        );
        expect(after).toEqual(worked ? applied(transition.update, row) : row);
      });
      await Promise.all(tries);
    }
  }, 60_000);

  test("a segment is inserted once, found by its plan and index, and listed with its plan's alone", async () => {
    const { segments } = await openStore();
    const rows = [11, 2, 0].map((index) => aSegmentRow({ index }));
    for (const row of rows) expect(await segments.insert(row)).toBe(true);
    await segments.insert(aSegmentRow({ index: 1, planFence: 10 }));

    expect(await segments.insert(aSegmentRow({ index: 2, packets: 99 }))).toBe(false);
    expect(await segments.find(rows[1]!)).toEqual(rows[1]);
    expect(await segments.find({ ...rows[1]!, planFence: 3 })).toBeUndefined();
    const listed = await segments.list(aSegmentRow());
    expect(listed).toEqual(rows.toReversed());
  });

  test("a segment's row is no job's: it is in none of the lists", async () => {
    const jobs = await openStore();
    await jobs.segments.insert(aSegmentRow());

    expect(await jobs.find(aSegmentRow().jobId)).toBeUndefined();
    expect(await jobs.waiting({ before: 1e15, limit: 5 })).toEqual({ count: 0 });
    for (const shard of dueShards) {
      expect(await jobs.listDue({ shard, before: 1e15, limit: 5 })).toEqual([]);
    }
  });

  test("the set of ended segments grows by each once, whoever enters it, and is full when all are in", async () => {
    const jobs = await openStore();
    const row = aDetectingJob();
    await jobs.insert(row);
    const note = (index: number) => jobs.move(row.jobId, noteSegment(row, { now: 1, index }));

    await Promise.all([note(0), note(2), note(2)]);
    const early = await jobs.move(row.jobId, beginAssembly(row, { now: 2 }));
    const noted = await note(1);
    const both = await Promise.all(
      [3, 4].map((now) => jobs.move(row.jobId, beginAssembly(row, { now }))),
    );

    expect(early.moved).toBe(false);
    expect(noted.row!.endedSegments).toEqual(new Set([0, 1, 2]));
    expect(both.map(({ moved }) => moved).sort()).toEqual([false, true]);
    expect(await jobs.find(row.jobId)).toMatchObject({
      status: "pending",
      phase: "assemble",
      fence: 2,
    });
  });

  test("a deleted job goes with the segments of all of its plans", async () => {
    const jobs = await openStore();
    const row = aDetectingJob({ deletedAt: 1 });
    await jobs.insert(row);
    for (const planFence of [1, 12]) {
      for (const index of [0, 1]) await jobs.segments.insert(aSegmentRow({ planFence, index }));
    }

    expect(await jobs.remove(row.jobId)).toBe(true);

    expect(await jobs.segments.list({ jobId: row.jobId, planFence: 1 })).toEqual([]);
    expect(await jobs.segments.list({ jobId: row.jobId, planFence: 12 })).toEqual([]);
  });

  test("only a row that is marked as deleted is removed", async () => {
    const jobs = await openStore();
    const row = aJobRow();
    await jobs.insert(row);

    expect(await jobs.remove(row.jobId)).toBe(false);
    await jobs.move(row.jobId, markDeleted(row, { now: 1 }));
    expect(await jobs.remove(row.jobId)).toBe(true);

    expect(await jobs.find(row.jobId)).toBeUndefined();
    expect(await jobs.remove(row.jobId)).toBe(false);
  });

  test("an owner's jobs are listed newest first, each once, over all pages", async () => {
    const jobs = await openStore();
    await Promise.all(numbers(130).map((n) => jobs.insert(aJobRow({ jobId: jobId(n) }))));
    await jobs.insert(aJobRow({ jobId: jobId(500), owner: "others" }));

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await jobs.listByOwner({ owner: "team", limit: 60, ...(cursor && { cursor }) });
      seen.push(...page.jobs.map((row) => row.jobId));
      cursor = page.cursor;
    } while (cursor);

    expect(seen).toEqual(
      numbers(130)
        .toReversed()
        .map((n) => jobId(n)),
    );
  });

  test("a page of more rows than one batch reads is whole", async () => {
    const jobs = await openStore();
    await Promise.all(numbers(130).map((n) => jobs.insert(aJobRow({ jobId: jobId(n) }))));

    const page = await jobs.listByOwner({ owner: "team", limit: 130 });

    expect(page.jobs).toHaveLength(130);
    expect(page.cursor).toBeUndefined();
  });

  test("a list shows a row as it is now, filters by status and leaves deleted ones out", async () => {
    const jobs = await openStore();
    const rows = [1, 2, 3].map((n) => aJobRow({ jobId: jobId(n) }));
    for (const row of rows) await jobs.insert(row);
    await jobs.move(jobId(1), cancelWaiting(rows[0]!, { now: 5 }));
    await jobs.move(jobId(2), markDeleted(rows[1]!, { now: 5 }));

    const all = await jobs.listByOwner({ owner: "team", limit: 10 });
    const cancelled = await jobs.listByOwner({ owner: "team", status: "cancelled", limit: 10 });

    expect(all.jobs.map((row) => row.jobId)).toEqual([jobId(3), jobId(1)]);
    expect(cancelled.jobs).toMatchObject([{ jobId: jobId(1), finishedAt: 5 }]);
  });

  test("due rows of a shard are listed oldest first, up to the limit, and leave when they end", async () => {
    const jobs = await openStore();
    const shard = dueShardOf(jobId(1, 0));
    const due = (n: number, dueAt: number) =>
      aJobRow({ jobId: jobId(n, 0), dueShard: shard, dueAt });
    for (const row of [due(1, 300), due(2, 100), due(3, 200), due(4, 900)]) await jobs.insert(row);
    await jobs.insert(aJobRow({ jobId: jobId(5, 1), dueShard: dueShardOf(jobId(5, 1)), dueAt: 1 }));

    expect(await jobs.listDue({ shard, before: 900, limit: 10 })).toEqual(
      [2, 3, 1].map((n) => jobId(n, 0)),
    );
    expect(await jobs.listDue({ shard, before: 900, limit: 2 })).toHaveLength(2);
    await jobs.move(jobId(2, 0), cancelWaiting(due(2, 100), { now: 1 }));
    expect(await jobs.listDue({ shard, before: 900, limit: 1 })).toEqual([jobId(3, 0)]);
  });

  test("waiting jobs in front are counted, and the oldest is known", async () => {
    const jobs = await openStore();
    expect(await jobs.waiting({ before: 1000, limit: 10 })).toEqual({ count: 0 });

    for (const waitingSince of [100, 200, 300]) {
      await jobs.insert(
        aJobRow({ jobId: jobId(waitingSince), status: "pending", waitingQueue, waitingSince }),
      );
    }

    expect(await jobs.waiting({ before: 300, limit: 10 })).toEqual({ count: 2, oldestSince: 100 });
    expect(await jobs.waiting({ before: 1000, limit: 2 })).toEqual({ count: 2, oldestSince: 100 });
    expect(await jobs.waiting({ before: 100, limit: 10 })).toEqual({ count: 0, oldestSince: 100 });
  });

  test("a job waits from its upload until a worker takes it", async () => {
    const jobs = await openStore();
    const row = aJobRow();
    const source = { key: "uploads/x/source", etag: '"1"', sizeBytes: 1000 };
    await jobs.insert(row);

    const { row: uploaded } = await jobs.move(row.jobId, markUploaded(row, { now: 7, source }));
    expect(await jobs.waiting({ before: 8, limit: 10 })).toMatchObject({ count: 1 });

    await jobs.move(row.jobId, claim(uploaded!, { nonce: "n", workerId: "w", now: 9, timing }));
    expect(await jobs.waiting({ before: 10, limit: 10 })).toEqual({ count: 0 });
  });
}
