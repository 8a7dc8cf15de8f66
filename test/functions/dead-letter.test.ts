import { expect, test } from "vitest";
import { planMessage } from "../support/messages.ts";
import { deadLetter } from "../../functions/dead-letter/dead-letter.ts";
import { aJobId, aJobRow } from "../support/job-row.ts";
import { memorySystem } from "../support/memory-system.ts";

const letter = JSON.stringify(planMessage(aJobId, 1));

async function systemWith(row = aJobRow({ status: "pending" })) {
  const system = memorySystem();
  await system.jobs.insert(row);
  const rowNow = () => system.jobs.rows.get(aJobId)!;
  return { ...system, system, rowNow, take: deadLetter(system) };
}

test("the first dead letter of a waiting job is counted and sent anew", async () => {
  const { take, queue, rowNow } = await systemWith();

  await take(letter, "first");

  expect(queue.sent()).toEqual([planMessage(aJobId, 1)]);
  expect(rowNow()).toMatchObject({ status: "pending", deadLetters: 1 });
});

test("the second fails the job, with a reason", async () => {
  const { take, queue, rowNow } = await systemWith();
  await take(letter, "first");

  await take(letter, "second");

  expect(rowNow()).toMatchObject({ status: "failed", error: { code: "DEAD_LETTERED" } });
  expect(queue.sent()).toHaveLength(1);
});

test("one that is delivered twice does not pass for two", async () => {
  const { take, queue, rowNow } = await systemWith();
  await take(letter, "first");

  await take(letter, "first");

  expect(rowNow()).toMatchObject({ status: "pending", deadLetters: 1 });
  expect(queue.sent()).toHaveLength(1);
});

test("a dead letter that comes again after a crash does not count as the second", async () => {
  const { system, take, queue, rowNow } = await systemWith();
  const failing = deadLetter({
    ...system,
    queue: { ...queue, send: () => Promise.reject(new Error("no queue")) },
  });
  await expect(failing(letter, "first")).rejects.toThrow("no queue");

  await take(letter, "first");

  expect(rowNow()).toMatchObject({ status: "pending", deadLetters: 1 });
});

test.each([
  { status: "running" },
  { status: "completed" },
  { status: "cancelled" },
  { status: "pending", run: 2 },
  { status: "pending", deletedAt: 1 },
] as const)("a job that does not wait for this message is left alone: %o", async (differences) => {
  const row = aJobRow({ deadLetters: 1, ...differences });
  const { take, queue, rowNow } = await systemWith(row);

  await take(letter, "first");

  expect(rowNow()).toEqual(row);
  expect(queue.messages).toEqual([]);
});

test.each(["nonsense", "{}", JSON.stringify({ ...planMessage(aJobId, 1), version: 2 })])(
  "a malformed one is logged and done: %s",
  async (body) => {
    const { take, log, rowNow } = await systemWith();

    await take(body, "first");

    expect(log.lines).toMatchObject([{ level: "error" }]);
    expect(rowNow()).toEqual(aJobRow({ status: "pending" }));
  },
);

test("one of a job that is gone is done", async () => {
  const { take, system, queue } = await systemWith();
  system.jobs.rows.clear();

  await take(letter, "first");

  expect(queue.messages).toEqual([]);
});
