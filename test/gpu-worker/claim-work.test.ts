import { expect, test } from "vitest";
import type { JobRow } from "../../contracts/job.ts";
import { limits } from "../../contracts/limits.ts";
import { planMessage } from "../support/messages.ts";
import { timingFor } from "../../contracts/timing.ts";
import { claimWork } from "../../gpu-worker/claim-work.ts";
import { foreignPlans } from "../../gpu-worker/other-engine.ts";
import { aJobId, aJobRow } from "../support/job-row.ts";
import { memoryJobStore } from "../support/memory-job-store.ts";

const now = 1_000_000;
const timing = timingFor(60);
const message = JSON.stringify(planMessage(aJobId, 1));

async function claiming(row: Partial<JobRow> | undefined) {
  const jobs = memoryJobStore();
  if (row) await jobs.insert(aJobRow({ status: "pending", ...row }));
  const claim = claimWork({
    jobs,
    endSegment: async () => false,
    foreign: foreignPlans(),
    workerId: "w1",
    timing,
    now: () => now,
    random: () => 0,
    newNonce: () => "nonce",
  });
  return { jobs, claim };
}

test("a waiting job is claimed: the row carries fence, nonce and lease", async () => {
  const { jobs, claim } = await claiming({});

  const claimed = await claim(message);

  expect(claimed).toMatchObject({
    is: "claimed",
    lease: { jobId: aJobId, run: 1, fence: 1, nonce: "nonce", workerId: "w1" },
  });
  expect(jobs.rows.get(aJobId)).toMatchObject({
    status: "running",
    attempts: 1,
    leaseUntil: now + 60_000,
  });
});

test("a job whose worker went silent is taken over", async () => {
  const { claim } = await claiming({
    status: "running",
    fence: 3,
    attempts: 1,
    workerId: "dead",
    leaseUntil: now - timing.marginSeconds * 1000 - 1,
  });

  expect(await claim(message)).toMatchObject({ is: "claimed", lease: { fence: 4 } });
});

test.each<[string, Partial<JobRow> | undefined]>([
  ["is gone", undefined],
  ["is deleted", { deletedAt: 1 }],
  ["has completed", { status: "completed" }],
  ["was cancelled", { status: "cancelled" }],
  ["is in another run", { run: 2 }],
])("the message of a job that %s is over", async (_, row) => {
  const { claim } = await claiming(row);

  expect(await claim(message)).toMatchObject({ is: "over" });
});

test("a live lease defers the message until it can have expired, and leaves the row alone", async () => {
  const { jobs, claim } = await claiming({
    status: "running",
    nonce: "theirs",
    workerId: "w2",
    leaseUntil: now + 20_000,
  });

  const deferred = await claim(message);

  expect(deferred).toMatchObject({ is: "deferred", seconds: 20 + 10 + 5 });
  expect(jobs.rows.get(aJobId)!.nonce).toBe("theirs");
});

test("a job in backoff is deferred until it may be tried again", async () => {
  const { claim } = await claiming({ notBefore: now + 12_000 });

  expect(await claim(message)).toMatchObject({ is: "deferred", seconds: 12 });
});

test("a job without attempts left fails with the last reason", async () => {
  const { jobs, claim } = await claiming({
    attempts: limits.attemptsMax,
    error: { code: "DECODE_STALLED", message: "no frame" },
  });

  expect(await claim(message)).toMatchObject({ is: "over" });
  expect(jobs.rows.get(aJobId)).toMatchObject({
    status: "failed",
    error: { code: "ATTEMPTS_EXHAUSTED", message: expect.stringContaining("DECODE_STALLED") },
  });
});

test.each<[string, Partial<JobRow>]>([
  ["whose worker died", { status: "running", leaseUntil: now - 100_000 }],
  ["whose job was given back all the same", { status: "pending" }],
])("a cancel %s is finished instead of claimed", async (_, row) => {
  const { jobs, claim } = await claiming({ ...row, cancelRequestedAt: 1 });

  expect(await claim(message)).toMatchObject({ is: "over" });
  expect(jobs.rows.get(aJobId)!.status).toBe("cancelled");
});

test("a claim whose response was lost is recognised as ours", async () => {
  const { jobs, claim } = await claiming({});
  const move = jobs.move.bind(jobs);
  jobs.move = async (jobId, transition) => {
    await move(jobId, transition);
    return move(jobId, transition);
  };

  expect(await claim(message)).toMatchObject({ is: "claimed", lease: { fence: 1 } });
});

test("of two workers that see the same row one gets it", async () => {
  const { jobs, claim } = await claiming({});
  const rival = claimWork({
    jobs,
    endSegment: async () => false,
    foreign: foreignPlans(),
    workerId: "w2",
    timing,
    now: () => now,
    random: () => 0,
    newNonce: () => "rival",
  });

  const both = await Promise.all([claim(message), rival(message)]);

  expect(both.map((each) => each.is).sort()).toEqual(["claimed", "deferred"]);
});

test.each([
  "hello",
  "",
  '{"version":2}',
  JSON.stringify({ ...planMessage(aJobId, 1), kind: "detect" }),
  JSON.stringify({ ...planMessage(aJobId, 1), kind: "guess" }),
])("a message that is not understood is refused: %s", async (body) => {
  const { claim } = await claiming({});

  expect(await claim(body)).toMatchObject({ is: "refused" });
});
