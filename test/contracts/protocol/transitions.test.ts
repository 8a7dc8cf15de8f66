import { describe, expect, test } from "vitest";
import type { JobRow } from "../../../contracts/job.ts";
import { limits } from "../../../contracts/limits.ts";
import {
  cancelWaiting,
  markDeleted,
  markUploaded,
  requestCancel,
  retry,
} from "../../../contracts/protocol/owner-transitions.ts";
import {
  markTold,
  exhaust,
  expire,
  failDeadLettered,
  countDeadLetter,
  revoke,
} from "../../../contracts/protocol/sweeper-transitions.ts";
import {
  claim,
  fail,
  publish,
  release,
  renew,
  retryLater,
  type Lease,
} from "../../../contracts/protocol/worker-transitions.ts";
import { spread } from "../../../contracts/protocol/segment-transitions.ts";
import { timingFor } from "../../../contracts/timing.ts";
import { aJobId, aJobRow } from "../../support/job-row.ts";
import { memoryJobStore } from "../../support/memory-job-store.ts";
import { anEmptySummary } from "../../support/result-summary.ts";

const timing = timingFor(60);
const source = { key: `uploads/${aJobId}/source`, etag: '"1"', sizeBytes: 1000 };

async function storeWith(row: JobRow) {
  const jobs = memoryJobStore();
  await jobs.insert(row);
  return jobs;
}

const pending = (more: Partial<JobRow> = {}) => aJobRow({ status: "pending", source, ...more });

async function claimed(row: JobRow, nonce = "n1", now = 0) {
  const jobs = await storeWith(row);
  const { moved, row: after } = await jobs.move(
    aJobId,
    claim(row, { nonce, workerId: "w1", now, timing }),
  );
  expect(moved).toBe(true);
  const lease: Lease = {
    jobId: aJobId,
    run: after!.run,
    fence: after!.fence,
    nonce,
    workerId: "w1",
  };
  return { jobs, lease, after: after! };
}

const resultOf = (lease: Lease) => ({
  manifestKey: `results/${lease.jobId}/r${lease.run}/f${lease.fence}/manifest.json`,
  manifestSha256: "0".repeat(64),
  run: lease.run,
  fence: lease.fence,
  summary: anEmptySummary,
});

describe("uploaded", () => {
  test("the first object seen is the one that counts", async () => {
    const row = aJobRow();
    const jobs = await storeWith(row);
    await jobs.move(aJobId, markUploaded(row, { now: 1, source }));

    const again = await jobs.move(
      aJobId,
      markUploaded(row, { now: 2, source: { ...source, etag: '"2"' } }),
    );

    expect(again.moved).toBe(false);
    expect(again.row!.source).toEqual(source);
  });

  test("the same event twice is one upload", async () => {
    const row = aJobRow();
    const jobs = await storeWith(row);
    await jobs.move(aJobId, markUploaded(row, { now: 1, source }));

    const again = await jobs.move(aJobId, markUploaded(row, { now: 2, source }));

    expect(again.moved).toBe(true);
    expect(again.row!.history.filter(({ event }) => event === "uploaded")).toHaveLength(1);
  });
});

describe("claim", () => {
  test("of two workers that saw the same row, one gets it", async () => {
    const row = pending();
    const jobs = await storeWith(row);

    const first = await jobs.move(
      aJobId,
      claim(row, { nonce: "n1", workerId: "w1", now: 0, timing }),
    );
    const second = await jobs.move(
      aJobId,
      claim(row, { nonce: "n2", workerId: "w2", now: 0, timing }),
    );

    expect([first.moved, second.moved]).toEqual([true, false]);
  });

  test("recognises its own lost response", async () => {
    const row = pending();
    const { jobs } = await claimed(row);

    const again = await jobs.move(
      aJobId,
      claim(row, { nonce: "n1", workerId: "w1", now: 5, timing }),
    );

    expect(again.moved).toBe(true);
    expect(again.row!.attempts).toBe(1);
  });

  test("leaves a live lease alone and takes an expired one, margin included", async () => {
    const { jobs, after } = await claimed(pending());
    const takeOver = (now: number) =>
      jobs.move(aJobId, claim(after, { nonce: "n2", workerId: "w2", now, timing }));

    expect((await takeOver(60_000 + 9_999)).moved).toBe(false);
    const taken = await takeOver(60_000 + 10_001);
    expect(taken.moved).toBe(true);
    expect(taken.row!.fence).toBe(2);
    expect(taken.row!.history.map(({ event }) => event)).toEqual([
      "claimed",
      "lease_expired",
      "claimed",
    ]);
  });

  test("waits for the backoff of a failed attempt", async () => {
    const row = pending({ notBefore: 1000 });
    const jobs = await storeWith(row);
    const at = (now: number) =>
      jobs.move(aJobId, claim(row, { nonce: `n${now}`, workerId: "w1", now, timing }));

    expect((await at(999)).moved).toBe(false);
    expect((await at(1000)).moved).toBe(true);
  });

  test("refuses a job whose attempts are used up", async () => {
    const row = pending({ attempts: limits.attemptsMax });
    const jobs = await storeWith(row);

    const { moved } = await jobs.move(
      aJobId,
      claim(row, { nonce: "n1", workerId: "w1", now: 0, timing }),
    );

    expect(moved).toBe(false);
  });
});

describe("a worker that lost its lease", () => {
  async function zombie() {
    const { jobs, lease, after } = await claimed(pending());
    await jobs.move(aJobId, claim(after, { nonce: "n2", workerId: "w2", now: 71_000, timing }));
    return { jobs, lease };
  }

  test.each([
    ["publish", (lease: Lease) => publish(lease, { now: 1, result: resultOf(lease) })],
    ["renew", (lease: Lease) => renew(lease, { now: 1, timing })],
    ["release", (lease: Lease) => release(lease, { now: 1, reason: "SIGTERM" })],
    [
      "fail",
      (lease: Lease) => fail(lease, { now: 1, error: { code: "DECODE_FAILED", message: "" } }),
    ],
    [
      "retry later",
      (lease: Lease) =>
        retryLater(lease, { now: 1, notBefore: 2, error: { code: "WORKER_FAILED", message: "" } }),
    ],
  ])("cannot %s", async (_, transition) => {
    const { jobs, lease } = await zombie();
    const before = await jobs.find(aJobId);

    const { moved } = await jobs.move(aJobId, transition(lease));

    expect(moved).toBe(false);
    expect(await jobs.find(aJobId)).toEqual(before);
  });
});

describe("cancel", () => {
  test("once asked for, the run never completes", async () => {
    const { jobs, lease, after } = await claimed(pending());
    expect((await jobs.move(aJobId, requestCancel(after, { now: 1 }))).moved).toBe(true);

    const { moved } = await jobs.move(aJobId, publish(lease, { now: 2, result: resultOf(lease) }));

    expect(moved).toBe(false);
  });

  test("of a waiting job is immediate, and its message finds nothing to claim", async () => {
    const row = pending();
    const jobs = await storeWith(row);
    await jobs.move(aJobId, cancelWaiting(row, { now: 1 }));

    const { moved } = await jobs.move(
      aJobId,
      claim(row, { nonce: "n1", workerId: "w1", now: 2, timing }),
    );

    expect(moved).toBe(false);
    expect((await jobs.find(aJobId))!.status).toBe("cancelled");
  });
});

test("a cancel that was decided before the job was cut leaves its segments' objects to the sweeper", async () => {
  const row = pending();
  const { jobs, lease } = await claimed(row);
  const cut = { segmentsTotal: 2, framesTotal: 2, partialAllowed: true };
  await jobs.move(aJobId, spread(lease, { now: 1, timing, ...cut }));

  const { row: cancelled } = await jobs.move(aJobId, cancelWaiting(row, { now: 2 }));
  await jobs.move(aJobId, markTold(cancelled!));

  expect(jobs.rows.get(aJobId)).toMatchObject({
    status: "cancelled",
    dueAt: 2 + limits.orphanSeconds * 1000,
  });
});

test.each([
  ["a cancel", (row: JobRow) => cancelWaiting(row, { now: 2 })],
  ["its upload running out", (row: JobRow) => expire(row, { now: 2 })],
])("%s at the same moment does not take a deleted job from the sweeper", async (_, transition) => {
  const row = aJobRow({ uploadBy: 1 });
  const jobs = await storeWith(row);
  await jobs.move(aJobId, markDeleted(row, { now: 1 }));

  await jobs.move(aJobId, transition(row));

  expect(jobs.rows.get(aJobId)).toMatchObject({ deletedAt: 1, dueAt: expect.any(Number) });
});

test("a terminal row is never edited but by retry, which is a new run with a new fence", async () => {
  const { jobs, lease, after } = await claimed(pending());
  await jobs.move(aJobId, fail(lease, { now: 1, error: { code: "NOT_A_VIDEO", message: "no" } }));
  const failed = (await jobs.find(aJobId))!;

  expect((await jobs.move(aJobId, publish(lease, { now: 2, result: resultOf(lease) }))).moved).toBe(
    false,
  );
  expect((await jobs.move(aJobId, revoke(after, { now: 1e9, timing }))).moved).toBe(false);
  expect((await jobs.move(aJobId, cancelWaiting(failed, { now: 2 }))).moved).toBe(false);

  expect((await jobs.move(aJobId, retry(failed, { now: 3 }))).moved).toBe(false);
  await jobs.move(aJobId, markTold(failed));
  const retried = await jobs.move(aJobId, retry(failed, { now: 3 }));
  expect(retried.row).toMatchObject({
    status: "pending",
    run: 2,
    fence: failed.fence + 1,
    attempts: 0,
  });
  expect(retried.row!.error).toBeUndefined();
});

test("a handed back job keeps its attempts for failures", async () => {
  const { jobs, lease } = await claimed(pending());

  const { row } = await jobs.move(aJobId, release(lease, { now: 1, reason: "SIGTERM" }));

  expect(row).toMatchObject({ status: "pending", attempts: 0, interruptions: 1 });
  expect(row!.nonce).toBeUndefined();
});

test("a dead letter never fails a job that somebody holds, nor the first time", async () => {
  const error = { code: "DEAD_LETTERED" as const, message: "" };
  const row = pending();
  const jobs = await storeWith(row);

  expect((await jobs.move(aJobId, failDeadLettered(row, { now: 1, error }))).moved).toBe(false);
  await jobs.move(aJobId, countDeadLetter(row, { letterId: "letter" }));
  const counted = (await jobs.find(aJobId))!;
  await jobs.move(aJobId, claim(counted, { nonce: "n1", workerId: "w1", now: 1, timing }));
  expect((await jobs.move(aJobId, failDeadLettered(counted, { now: 2, error }))).moved).toBe(false);
});

test("attempts that are used up end a job only once nobody holds it", async () => {
  const error = { code: "ATTEMPTS_EXHAUSTED" as const, message: "" };
  const { jobs, after } = await claimed(pending({ attempts: limits.attemptsMax - 1 }));

  expect((await jobs.move(aJobId, exhaust(after, { now: 60_000, timing, error }))).moved).toBe(
    false,
  );
  expect((await jobs.move(aJobId, exhaust(after, { now: 71_000, timing, error }))).moved).toBe(
    true,
  );
});

test("a deleted job shuts out its worker", async () => {
  const { jobs, lease, after } = await claimed(pending());
  await jobs.move(aJobId, markDeleted(after, { now: 1 }));

  const { moved } = await jobs.move(aJobId, publish(lease, { now: 2, result: resultOf(lease) }));

  expect(moved).toBe(false);
});

test("a row in a terminal status whose end was told is in neither sparse index", async () => {
  const { jobs, lease } = await claimed(pending());

  const { row: untold } = await jobs.move(
    aJobId,
    publish(lease, { now: 1, result: resultOf(lease) }),
  );
  expect(untold).toMatchObject({ untold: "clean", dueAt: expect.any(Number) });
  const { row } = await jobs.move(aJobId, markTold(untold!));

  for (const field of [
    "untold",
    "dueShard",
    "dueAt",
    "waitingQueue",
    "waitingSince",
    "nonce",
    "leaseUntil",
  ] as const) {
    expect(row![field]).toBeUndefined();
  }
});

test("an end that is told of a deleted job leaves it to be removed", async () => {
  const { jobs, lease } = await claimed(pending());
  await jobs.move(aJobId, fail(lease, { now: 1, error: { code: "NOT_A_VIDEO", message: "no" } }));
  const { row } = await jobs.move(aJobId, markDeleted((await jobs.find(aJobId))!, { now: 2 }));
  expect(row!.untold).toBeDefined();

  const { row: after } = await jobs.move(aJobId, markTold(row!));

  expect(after!.untold).toBeUndefined();
  expect(after!.dueAt).toBe(row!.dueAt);
});

test("who saw the job before it was deleted cannot take it from the sweeper by having told its end", async () => {
  const { jobs, lease } = await claimed(pending());
  await jobs.move(aJobId, publish(lease, { now: 1, result: resultOf(lease) }));
  const seen = (await jobs.find(aJobId))!;
  await jobs.move(aJobId, markDeleted(seen, { now: 2 }));

  expect((await jobs.move(aJobId, markTold(seen))).moved).toBe(false);
});
