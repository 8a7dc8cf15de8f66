import { expect, test } from "vitest";
import { aJobId, aJobRow } from "../support/job-row.ts";
import { planMessage } from "../support/messages.ts";
import { timingFor } from "../../contracts/timing.ts";
import { handleMessage } from "../../gpu-worker/handle-message.ts";
import type { Claim } from "../../gpu-worker/claim-work.ts";
import { poll } from "../../gpu-worker/poll.ts";
import { memoryJobStore } from "../support/memory-job-store.ts";
import { memoryWorkQueue } from "../support/memory-work-queue.ts";
import { keptLog } from "./support/quiet-log.ts";

const timing = timingFor(60);

const claimed: Claim = {
  is: "claimed",
  row: aJobRow(),
  lease: { jobId: aJobId, run: 1, fence: 1, nonce: "n", workerId: "w" },
};

async function handled(
  claim: Claim,
  {
    runsMax = 1,
    shutdown = new AbortController(),
    atRun,
  }: { runsMax?: number; shutdown?: AbortController; atRun?: () => Promise<void> } = {},
) {
  const clock = { now: 0 };
  const queue = memoryWorkQueue(() => clock.now);
  await queue.send(planMessage(aJobId, 1), { owner: "team" });
  const message = (await queue.receive({
    waitSeconds: 0,
    visibilitySeconds: timing.visibilitySeconds,
  }))!;
  let runs = 0;
  const handle = handleMessage({
    queue,
    jobs: memoryJobStore(),
    dispatch: async () => {},
    now: () => clock.now,
    claim: async () => claim,
    run: async () => {
      runs++;
      await atRun?.();
      return runs < runsMax;
    },
    shutdown: shutdown.signal,
    monotonic: () => clock.now,
    log: keptLog().log,
  });
  await handle(message, 0);
  return { queue, runs };
}

test("a message that leads on is looked at again, with what came of it", async () => {
  const { runs } = await handled(claimed, { runsMax: 3 });

  expect(runs).toBe(3);
});

test("a worker that is told to stop gives a message that leads on to others, at once", async () => {
  const shutdown = new AbortController();
  const atRun = async () => shutdown.abort();
  const { queue, runs } = await handled(claimed, { runsMax: 3, shutdown, atRun });

  expect(runs).toBe(1);
  const again = await queue.receive({ waitSeconds: 0, visibilitySeconds: 1 });
  expect(again).toBeDefined();
});

test("the message of a job that is over is acknowledged", async () => {
  const { queue } = await handled({ is: "over", why: "completed" });

  expect(queue.messages).toEqual([]);
});

test("a deferred message is hidden, never deleted", async () => {
  const { queue } = await handled({ is: "deferred", why: "held", seconds: 35 });

  expect(queue.messages).toMatchObject([{ visibleAt: 35_000 }]);
});

test("a message that is not understood stays for the dead-letter queue", async () => {
  const { queue, runs } = await handled({ is: "refused", why: "not a work message" });

  expect(queue.messages).toMatchObject([{ visibleAt: timing.visibilitySeconds * 1000 }]);
  expect(runs).toBe(0);
});

test("polls only when idle: the next message is received after the first is done", async () => {
  const queue = memoryWorkQueue();
  await queue.send(planMessage(aJobId, 1), { owner: "team" });
  await queue.send(planMessage(aJobId, 2), { owner: "team" });
  const stop = new AbortController();
  let [busy, most, done] = [0, 0, 0];

  await poll({
    queue,
    idle: async () => {},
    timing,
    signal: stop.signal,
    log: keptLog().log,
    async handle() {
      most = Math.max(most, ++busy);
      await new Promise((resolve) => setTimeout(resolve, 5));
      busy--;
      if (++done === 2) stop.abort();
    },
  });

  expect(most).toBe(1);
});

test("a message that arrives while the worker is told to stop is given back at once", async () => {
  const clock = { now: 0 };
  const queue = memoryWorkQueue(() => clock.now);
  await queue.send(planMessage(aJobId, 1), { owner: "team" });
  const stop = new AbortController();
  const receive = queue.receive.bind(queue);
  queue.receive = async (options) => {
    stop.abort();
    return receive(options);
  };

  await poll({
    queue,
    idle: async () => {},
    timing,
    signal: stop.signal,
    log: keptLog().log,
    handle: async () => expect.unreachable(),
  });

  expect(queue.messages).toMatchObject([{ visibleAt: 0 }]);
});

test("a queue that cannot be reached is asked again, with a pause, and said so", async () => {
  const queue = memoryWorkQueue();
  const stop = new AbortController();
  const { log, lines } = keptLog();
  queue.receive = async () => {
    setTimeout(() => stop.abort(), 50);
    throw new Error("connection refused");
  };

  await poll({
    queue,
    idle: async () => {},
    timing,
    signal: stop.signal,
    log,
    handle: async () => {},
  });

  expect(lines).toMatchObject([{ level: "ERROR", message: "polling failed" }]);
});
