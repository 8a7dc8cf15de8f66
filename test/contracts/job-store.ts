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
import { dueShardOf, waitingQueue } from "../../contracts/protocol/schedule.ts";
import { claim } from "../../contracts/protocol/worker-transitions.ts";
import { timingFor } from "../../contracts/timing.ts";
import { aJobRow } from "../support/job-row.ts";
import { everyTransition, rowsOfEveryKind } from "../support/transitions.ts";

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
