import { expect, test } from "vitest";
import { limits } from "../../contracts/limits.ts";
import type { JobRow } from "../../contracts/job.ts";
import type { SegmentRow } from "../../contracts/segment.ts";
import { deadLetter } from "../../functions/dead-letter/dead-letter.ts";
import { sweep } from "../../functions/sweep/sweep.ts";
import { aJobId } from "../support/job-row.ts";
import { memorySystem } from "../support/memory-system.ts";
import { aDetectingJob, aPart, aSegmentRow } from "../support/segment-row.ts";
import { dueShardOf } from "../../contracts/protocol/schedule.ts";

const start = memorySystem().now();
const completed = (index: number) =>
  aSegmentRow({ index, status: "completed", fence: 1, part: aPart(index) });
const held = (index: number, leaseUntil = start + 1000) =>
  aSegmentRow({
    index,
    status: "running",
    fence: 1,
    attempts: 1,
    nonce: "n",
    workerId: "w1",
    leaseUntil,
  });
const isDead = start - 10_001;

async function systemWith(segments: readonly SegmentRow[], differences: Partial<JobRow> = {}) {
  const system = memorySystem();
  const sentJustNow = { dispatchedAt: start - 1000, segmentEndedAt: start - 1000 };
  await system.jobs.insert(
    aDetectingJob({
      ...sentJustNow,
      dueShard: dueShardOf(aJobId),
      dueAt: start - 1,
      ...differences,
    }),
  );
  for (const row of segments) await system.jobs.segments.insert(row);
  const job = () => system.jobs.rows.get(aJobId)!;
  const segment = (index: number) =>
    [...system.jobs.segmentRows.values()].find((row) => row.index === index)!;
  const sent = () => system.queue.sent().map(({ kind, ...message }) => ({ kind, ...message }));
  return { ...system, system, job, segment, sent, run: sweep(system) };
}

test("nothing is to be repaired where workers are at it and messages are on their way", async () => {
  const { run, job, sent } = await systemWith(
    [completed(0), held(1), aSegmentRow({ index: 2, waitingSince: start - 2000 })],
    { endedSegments: new Set([0]) },
  );

  await run();

  expect(sent()).toEqual([]);
  expect(job()).toMatchObject({ phase: "detect", dueAt: start + 70_000 });
});

test("messages that a planner did not live to send are sent", async () => {
  const segments = [0, 1, 2].map((index) => aSegmentRow({ index, waitingSince: start - 61_000 }));
  const { run, sent } = await systemWith(segments, { dispatchedAt: undefined as never });

  await run();

  expect(sent()).toEqual(
    [0, 1, 2].map((segment) => ({
      kind: "detect",
      version: 1,
      job_id: aJobId,
      run: 1,
      plan: 1,
      segment,
    })),
  );
});

test("a segment whose worker fell silent waits again, fenced off, and its message is sent", async () => {
  const { run, segment, sent } = await systemWith([held(0, isDead), held(1), held(2)]);

  await run();

  expect(segment(0)).toMatchObject({ status: "pending", fence: 2, attempts: 1 });
  expect(segment(0).history.map(({ event }) => event)).toEqual(["lease_expired"]);
  expect(sent()).toMatchObject([{ kind: "detect", segment: 0 }]);
});

test("a segment that ended without its job being told is entered", async () => {
  const { run, job } = await systemWith([completed(0), held(1), held(2)]);

  await run();

  expect(job().endedSegments).toEqual(new Set([0]));
  expect(job().phase).toBe("detect");
});

test.each([
  ["of which the last was not entered", new Set([0, 1])],
  ["whose finisher died before it began the assembly", new Set([0, 1, 2])],
])("a job with all segments done, %s, is assembled", async (_, endedSegments) => {
  const { run, job, sent } = await systemWith([completed(0), completed(1), completed(2)], {
    endedSegments,
  });

  await run();

  expect(job()).toMatchObject({ status: "pending", phase: "assemble", attempts: 0, fence: 2 });
  expect(sent()).toMatchObject([{ kind: "assemble", job_id: aJobId }]);
});

test("a segment that kills its workers leaves a gap where the job allows it", async () => {
  const poison = { ...held(2, isDead), attempts: limits.attemptsMax };
  const { run, job, segment } = await systemWith([completed(0), completed(1), poison], {
    endedSegments: new Set([0, 1]),
  });

  await run();

  expect(segment(2)).toMatchObject({ status: "failed", error: { code: "ATTEMPTS_EXHAUSTED" } });
  expect(job()).toMatchObject({ status: "pending", phase: "assemble" });
});

test("and fails the job where it does not, with the segment and the reason", async () => {
  const poison = { ...held(2, isDead), attempts: limits.attemptsMax };
  const { run, job, sent } = await systemWith([completed(0), held(1), poison], {
    partialAllowed: false,
  });

  await run();

  expect(job()).toMatchObject({
    status: "failed",
    fence: 2,
    error: { code: "ATTEMPTS_EXHAUSTED", message: expect.stringContaining("Segment 2") },
  });
  // Once more, to remove what the others have written.
  expect(job().dueAt).toBe(start + limits.orphanSeconds * 1000);
  expect(sent()).toEqual([]);
});

test("a message that nobody took is sent anew after a while that doubles", async () => {
  const waited = (seconds: number, dispatches: number) =>
    aSegmentRow({ waitingSince: 0, dispatchedAt: start - seconds * 1000, dispatches });
  const sentOf = async (row: SegmentRow) => {
    const { run, sent } = await systemWith([row]);
    await run();
    return sent().length;
  };

  expect(await sentOf(waited(limits.redispatchSeconds - 1, 0))).toBe(0);
  expect(await sentOf(waited(limits.redispatchSeconds, 0))).toBe(1);
  expect(await sentOf(waited(limits.redispatchSeconds, 1))).toBe(0);
  expect(await sentOf(waited(2 * limits.redispatchSeconds, 1))).toBe(1);
});

test("dead letters of a segment: sent anew, then its failure, never of one that is held", async () => {
  const letter = (segment: number) =>
    JSON.stringify({ version: 1, job_id: aJobId, run: 1, kind: "detect", plan: 1, segment });
  const { system, segment, sent, job } = await systemWith([aSegmentRow(), held(1), completed(2)]);
  const take = deadLetter(system);

  await take(letter(0), "a");
  expect(segment(0)).toMatchObject({ status: "pending", deadLetters: 1 });
  expect(sent()).toMatchObject([{ segment: 0 }]);
  await take(letter(0), "a");
  expect(segment(0).status).toBe("pending");
  await take(letter(0), "b");
  await take(letter(1), "c");
  await take(JSON.stringify({ ...JSON.parse(letter(1)), plan: 9 }), "d");

  expect(segment(0)).toMatchObject({ status: "failed", error: { code: "DEAD_LETTERED" } });
  expect(segment(1).status).toBe("running");
  expect(job().endedSegments).toEqual(new Set([0]));
});
