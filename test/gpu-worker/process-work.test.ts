import { expect, test } from "vitest";
import { PermanentError } from "../../contracts/errors.ts";
import type { PublishedResult } from "../../contracts/job.ts";
import { limits } from "../../contracts/limits.ts";
import { cancelWaiting, retry } from "../../contracts/protocol/owner-transitions.ts";
import type { Segment } from "../../contracts/segment.ts";
import { timingFor } from "../../contracts/timing.ts";
import type { Stages } from "../../gpu-worker/process-work.ts";
import { workOnMessages } from "../../gpu-worker/work-on-messages.ts";
import { Stopped } from "../../gpu-worker/stopped.ts";
import { anEngine } from "../support/engine.ts";
import { markTold } from "../../contracts/protocol/sweeper-transitions.ts";
import { aJobId, aJobRow } from "../support/job-row.ts";
import { memoryJobStore } from "../support/memory-job-store.ts";
import { memoryWorkQueue } from "../support/memory-work-queue.ts";
import { planMessage } from "../support/messages.ts";
import { anEmptySummary } from "../support/result-summary.ts";
import { aPart, aSegmentRow } from "../support/segment-row.ts";
import { keptLog } from "./support/quiet-log.ts";

const timing = timingFor(60);
const segments: Segment[] = [0, 1, 2].map((index) => {
  const { fromPts, toPts, packets, framesTotal, ptsSha256 } = aSegmentRow({ index });
  return { index, fromPts, toPts, packets, framesTotal, ptsSha256 };
});

/** A job in its queue, and workers whose stages leave a trace instead of looking at pictures. */
const resultOf = (run: number, fence: number): PublishedResult => ({
  manifestKey: `results/${aJobId}/r${run}/f${fence}/manifest.json`,
  manifestSha256: "0".repeat(64),
  run,
  fence,
  summary: anEmptySummary,
});

async function aSystem(differences: Partial<Stages> = {}) {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  const jobs = memoryJobStore();
  const queue = memoryWorkQueue(now);
  const source = { key: `uploads/${aJobId}/source`, etag: '"1"', sizeBytes: 1000 };
  await jobs.insert(aJobRow({ status: "pending", source }));
  await queue.send(planMessage(aJobId, 1), { owner: "team" });
  const done: string[] = [];

  const stages: Stages = {
    cut: async () => ({ segments, engine: anEngine, partialAllowed: true }),
    whole: async ({ lease }) => resultOf(lease.run, lease.fence),
    async part({ lease }, { index }) {
      done.push(`part ${index}`);
      return { ...aPart(index), key: `f${lease.fence}/${index}` };
    },
    async join({ lease }, rows) {
      done.push(`join ${rows.map(({ part }) => part?.key ?? "gap").join(" ")}`);
      return resultOf(lease.run, lease.fence);
    },
    ...differences,
  };

  function worker(workerId: string) {
    const { handle } = workOnMessages({
      jobs,
      queue,
      stages,
      workerId,
      timing,
      now,
      monotonic: now,
      random: () => 0,
      newNonce: () => crypto.randomUUID(),
      shutdown: new AbortController().signal,
      log: keptLog().log,
    });
    /** Takes one message; false when there is none. */
    return async (): Promise<boolean> => {
      const message = await queue.receive({ waitSeconds: 0, visibilitySeconds: 90 });
      if (message) await handle(message, now());
      return message !== undefined;
    };
  }
  const job = () => jobs.rows.get(aJobId)!;
  return { clock, jobs, queue, worker, job, done };
}

async function untilIdle(...workers: (() => Promise<boolean>)[]): Promise<void> {
  for (;;) {
    const took = await Promise.all(workers.map((take) => take()));
    if (!took.some(Boolean)) return;
  }
}

test("cut, detected by anyone, joined once: nothing is left in the queue", async () => {
  const { worker, job, queue, done, jobs } = await aSystem();

  await untilIdle(worker("a"), worker("b"), worker("c"));

  expect(job()).toMatchObject({ status: "completed", result: { fence: 3 } });
  expect(done.toSorted().slice(1)).toEqual(["part 0", "part 1", "part 2"]);
  expect(done.at(-1)).toBe("join f1/0 f1/1 f1/2");
  expect(queue.messages).toEqual([]);
  expect([...jobs.segmentRows.values()].every(({ status }) => status === "completed")).toBe(true);
  expect(job().history.map(({ event }) => event)).toEqual([
    "claimed",
    "planned",
    "claimed",
    "completed",
  ]);
});

test("each segment's row names the engine of its plan, the first in full: the job's row, written at each step, does not", async () => {
  const { worker, job, jobs } = await aSystem();

  await worker("a")();

  const rows = [...jobs.segmentRows.values()];
  expect(rows.map(({ engine }) => engine)).toEqual(rows.map(() => anEngine.fingerprint));
  expect(rows.map(({ engineFacts }) => engineFacts)).toEqual([anEngine, undefined, undefined]);
  expect(JSON.stringify(job())).not.toContain(anEngine.fingerprint);
});

test("whoever ends the last segment joins at once, before all that waits in the queue, and calls nobody else", async () => {
  const { worker, job, queue, done } = await aSystem();
  const take = worker("a");
  for (let count = 0; count < 3; count++) await take();
  // A day's uploads came meanwhile: they wait in front of whatever is sent now.
  const others = Array.from({ length: 5 }, (_, index) => planMessage(aJobId, 100 + index));
  for (const message of others) await queue.send(message, { owner: "team" });

  await take();

  expect(job().status).toBe("completed");
  expect(done.at(-1)).toBe("join f1/0 f1/1 f1/2");
  expect(queue.sent()).toEqual(others);
});

test("a join that is given back comes again by the message of the segment that led to it", async () => {
  let tries = 0;
  const { worker, job, queue } = await aSystem({
    join: async ({ lease }) => {
      if (++tries === 1) throw new Error("the disk is full");
      return resultOf(lease.run, lease.fence);
    },
  });
  const take = worker("a");
  for (let count = 0; count < 4; count++) await take();
  expect(job()).toMatchObject({ status: "pending", phase: "assemble" });
  expect(queue.sent()).toMatchObject([{ kind: "detect" }]);

  await untilIdle(worker("b"));

  expect(job()).toMatchObject({ status: "completed" });
  expect(queue.messages).toEqual([]);
});

test("a segment's message that comes again after its end, and after the job's, does no work", async () => {
  const { worker, queue, done } = await aSystem();
  const take = worker("a");
  await take();
  const doubled = queue.sent();
  await untilIdle(take);
  const before = done.length;
  for (const message of [...doubled, ...doubled]) await queue.send(message, { owner: "team" });

  await untilIdle(take, worker("b"));

  expect(done).toHaveLength(before);
  expect(queue.messages).toEqual([]);
});

test("whoever gets the message of a segment that ended untold tells its job", async () => {
  const { worker, job, jobs, queue } = await aSystem();
  const take = worker("a");
  await take();
  const move = jobs.move.bind(jobs);
  let lost = 0;
  jobs.move = async (jobId, transition) => {
    if (transition.name === "noteSegment" && lost++ < 2) throw new Error("the worker died here");
    return move(jobId, transition);
  };
  // Three segments: two of them end and their job is not told.
  for (let count = 0; count < 3; count++) await take().catch(() => {});
  expect(job().endedSegments?.size).toBe(1);

  for (const message of queue.messages) message.visibleAt = 0;
  await untilIdle(take);

  expect(job().status).toBe("completed");
});

test("cancelled while segments are detected: at once, and the rest is dropped unread", async () => {
  const { worker, job, jobs, done, queue } = await aSystem();
  const take = worker("a");
  await take();
  await take();
  await jobs.move(aJobId, cancelWaiting(job(), { now: 5 }));

  await untilIdle(take);

  expect(job().status).toBe("cancelled");
  expect(done).toEqual(["part 0"]);
  expect(queue.messages).toEqual([]);
});

test("a retry cuts anew under its own fence; segments of the run before are nobody's", async () => {
  const { worker, job, jobs, queue } = await aSystem();
  const take = worker("a");
  await take();
  await jobs.move(aJobId, cancelWaiting(job(), { now: 5 }));
  await jobs.move(aJobId, markTold(job()));
  await jobs.move(aJobId, retry(job(), { now: 6 }));
  expect(job().phase).toBeUndefined();
  await queue.send(planMessage(aJobId, 2), { owner: "team" });

  await untilIdle(take);

  expect(job()).toMatchObject({ status: "completed", run: 2 });
  const plans = new Set([...jobs.segmentRows.values()].map(({ planFence }) => planFence));
  expect([...plans]).toEqual([1, 4]);
});

test("a segment that fails for good is a gap in the join, where gaps are allowed", async () => {
  const { worker, job, done } = await aSystem({
    async part({ lease }, { index }) {
      if (index === 1) throw new PermanentError("DECODE_FAILED", "it has no decoder");
      return { ...aPart(index), key: `f${lease.fence}/${index}` };
    },
  });

  await untilIdle(worker("a"));

  expect(job().status).toBe("completed");
  expect(done).toEqual(["join f1/0 gap f1/2"]);
});

test("a segment of another engine is given back uncharged, and after long the job is cut anew", async () => {
  const { worker, job, jobs, clock, queue } = await aSystem({
    part: async () => {
      throw new Stopped("other_engine");
    },
  });
  const take = worker("a");
  await take();

  await take();
  const [first] = [...jobs.segmentRows.values()];
  expect(first).toMatchObject({ status: "pending", attempts: 0, interruptions: 1 });
  expect(job().phase).toBe("detect");

  clock.now += 601_000;
  for (const message of queue.messages) message.visibleAt = 0;
  await take();
  expect(job()).toMatchObject({ status: "pending", fence: 2 });
  expect(job().phase).toBeUndefined();
  expect(queue.sent().at(-1)).toMatchObject({ kind: "plan" });
});

test("a worker of another engine takes a plan's work once, then leaves its messages to others, however often they come to it", async () => {
  const { worker, job, jobs, clock, queue } = await aSystem({
    async part({ lease }, { index }) {
      if (lease.workerId === "other") throw new Stopped("other_engine");
      return { ...aPart(index), key: `f${lease.fence}/${index}` };
    },
  });
  const take = worker("its own");
  await take();

  const other = worker("other");
  const detect = queue.sent();
  for (let looks = 0; looks < 10 * limits.workReceivesMax; looks++) {
    for (const message of queue.messages) message.visibleAt = 0;
    await other();
  }
  const rows = [...jobs.segmentRows.values()];
  const receives = queue.messages.map(({ receiveCount }) => receiveCount);
  const left = queue.sent();
  clock.now += limits.otherEngineSeconds * 1000;
  await untilIdle(take);

  expect(rows.map(({ interruptions }) => interruptions)).toEqual([1, 0, 0]);
  expect(rows.map(({ attempts }) => attempts)).toEqual([0, 0, 0]);
  expect(left).toEqual(expect.arrayContaining(detect));
  expect(left).toHaveLength(segments.length);
  expect(Math.max(...receives)).toBeLessThan(limits.workReceivesMax);
  expect(job().status).toBe("completed");
});
