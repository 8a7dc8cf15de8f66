import { expect, test } from "vitest";
import type { FleetView } from "../../../contracts/ports/fleet.ts";
import { limits } from "../../../contracts/limits.ts";
import { dueShardOf } from "../../../contracts/protocol/schedule.ts";
import { scale } from "../../../functions/scale/scale.ts";
import { aJobId, aJobRow } from "../../support/job-row.ts";
import { memoryScalerStore } from "../../support/memory-scaler-store.ts";
import { memorySystem } from "../../support/memory-system.ts";
import { aDetectingJob, aSegmentRow } from "../../support/segment-row.ts";
import { aWorkerRow } from "../../support/worker-row.ts";

function systemWith(view: Partial<FleetView> = {}) {
  const system = memorySystem();
  const scaler = memoryScalerStore();
  const asked: { tasks: number; token: string }[] = [];
  const counted: Record<string, number>[] = [];
  const look = scale({
    ...system,
    scaler,
    fleet: {
      view: async () => ({ starting: 0, running: 0, failures: { count: 0 }, ...view }),
      async start(tasks, token) {
        asked.push({ tasks, token });
        return tasks;
      },
    },
    queueId: system.queue.queueId,
    workersMax: 5,
    idleExitSeconds: 60,
    count: (values) => counted.push(values),
  });
  const waiting = (gigabytes: number) =>
    system.jobs.insert(
      aJobRow({
        status: "pending",
        source: { key: "k", etag: "e", sizeBytes: gigabytes * 1e9 },
        waitingQueue: "WAITING",
        waitingSince: system.now() - 30_000,
      }),
    );
  const beat = (change: Parameters<typeof aWorkerRow>[0] = {}) =>
    system.workers.beat(
      aWorkerRow({
        queueId: system.queue.queueId,
        heartbeatAt: system.now(),
        expiresAt: system.now(),
        ...change,
      }),
    );
  return { ...system, scaler, asked, counted, look, waiting, beat };
}

test("nothing is started while nothing waits", async () => {
  const { look, asked, counted } = systemWith();

  await look();

  expect(asked).toEqual([]);
  expect(counted).toMatchObject([{ BacklogVideoSeconds: 0, TasksStarted: 0, IdleGpus: 0 }]);
});

test("a waiting job starts a worker, once, however often it is looked", async () => {
  const { look, asked, elapse, waiting } = systemWith();
  await waiting(0.1);

  await look();
  elapse(20);
  await look();
  elapse(limits.countsLagSeconds - 21);
  await look();

  expect(asked).toMatchObject([{ tasks: 1 }]);
});

test("two looks at the same time start once", async () => {
  const { look, asked, waiting } = systemWith();
  await waiting(0.1);

  await Promise.all([look(), look()]);

  expect(asked).toMatchObject([{ tasks: 1 }]);
});

test("a start that ECS has forgotten is made again when its counts must have shown it", async () => {
  const { look, asked, elapse, waiting } = systemWith();
  await waiting(0.1);
  await look();

  elapse(limits.countsLagSeconds);
  await look();

  expect(asked).toHaveLength(2);
  expect(new Set(asked.map(({ token }) => token)).size).toBe(2);
});

test("a start that failed is made again at the next look, and the failure is seen", async () => {
  const system = systemWith();
  let fails = true;
  const started: number[] = [];
  const look = scale({
    ...system,
    fleet: {
      view: async () => ({ starting: 0, running: 0, failures: { count: 0 } }),
      async start(tasks) {
        if (fails) throw new Error("no capacity");
        started.push(tasks);
        return tasks;
      },
    },
    queueId: system.queue.queueId,
    workersMax: 5,
    idleExitSeconds: 60,
    count: () => {},
  });
  await system.waiting(0.1);
  await expect(look()).rejects.toThrow("no capacity");

  fails = false;
  await look();

  expect(started).toEqual([1]);
});

test("a worker of others with a GPU drains what waits; one on another queue, without a GPU or silent does not", async () => {
  const { capabilities } = aWorkerRow({});
  const gpu = { ...capabilities, gpu: true };
  const there = systemWith();
  await there.waiting(0.1);
  await there.beat({ state: "working", capabilities: gpu });
  await there.look();
  expect(there.asked).toEqual([]);

  for (const change of [
    { capabilities: gpu, queueId: "elsewhere" },
    { capabilities, state: "working" as const },
    { capabilities: gpu, heartbeatAt: there.now() - 60_000 },
  ]) {
    const elsewhere = systemWith();
    await elsewhere.waiting(0.1);
    await elsewhere.beat(change);
    await elsewhere.look();
    expect(elsewhere.asked).toHaveLength(1);
  }
});

test("a GPU that runs and is not at work is counted as idle", async () => {
  const { look, beat, counted } = systemWith({ running: 3 });
  await beat({ workerId: "a", fleet: "ecs", state: "working" });
  await beat({ workerId: "b", fleet: "ecs", state: "idle" });

  await look();

  expect(counted).toMatchObject([{ TasksRunning: 3, WorkersAlive: 2, IdleGpus: 2 }]);
});

test("waiting segments are work by their frames, and those that ended tell the speed", async () => {
  const system = systemWith();
  const { jobs, now, counted, scaler, look } = system;
  const job = aDetectingJob({ dueShard: dueShardOf(aJobId), dueAt: now() + 60_000 });
  await jobs.insert(job);
  const planFence = job.planFence!;
  await jobs.segments.insert(
    aSegmentRow({ planFence, index: 0, status: "pending", framesTotal: 3000 }),
  );
  await jobs.segments.insert(
    aSegmentRow({ planFence, index: 1, status: "running", framesTotal: 3000 }),
  );
  await jobs.segments.insert(
    aSegmentRow({
      planFence,
      index: 2,
      status: "completed",
      attempts: 1,
      framesTotal: 3000,
      startedAt: now() - 30_000,
      finishedAt: now() - 10_000,
    }),
  );

  await look();

  expect(counted).toMatchObject([{ BacklogVideoSeconds: 100 }]);
  expect(await scaler.find()).toMatchObject({ speed: 5 });
});

test("a job that waits for its next attempt is no work before", async () => {
  const { jobs, look, asked, now } = systemWith();
  await jobs.insert(
    aJobRow({
      status: "pending",
      waitingQueue: "WAITING",
      waitingSince: now(),
      notBefore: now() + 60_000,
    }),
  );

  await look();

  expect(asked).toEqual([]);
});
