import { expect, test } from "vitest";
import { explainer } from "../../../functions/api/explain.ts";
import { workerInMinutes } from "../../../functions/api/worker-in-minutes.ts";
import { limits } from "../../../contracts/limits.ts";
import { pipelinesOf } from "../../../functions/pipelines.ts";
import { aJobRow } from "../../support/job-row.ts";
import { memorySystem } from "../../support/memory-system.ts";

const row = { version: 1, lookedAt: 0, starts: [], coming: 1, bootSeconds: 200 };

test("a start takes as long as the last ones did, in whole minutes", () => {
  expect(workerInMinutes(row, 60_000)).toBe(4);
  expect(workerInMinutes({ ...row, coming: 0 }, 60_000)).toBeUndefined();
  expect(workerInMinutes(undefined, 60_000)).toBeUndefined();
});

test("a scaler that has not looked lately says nothing", () => {
  expect(workerInMinutes(row, limits.countsLagSeconds * 1000 + 1)).toBeUndefined();
});

test("a job that waits while a GPU starts says so, alone and in a list", async () => {
  const system = memorySystem();
  await system.scaler.replace({ ...row, lookedAt: system.now() });
  const { queueId } = system.queue;
  const explain = explainer({ ...system, queueId, pipelines: pipelinesOf(system.bucket) });
  const waiting = aJobRow({ status: "pending", waitingSince: system.now() - 60_000 });

  const reasons = [await explain.one(waiting), ...(await explain.many([waiting]))];

  for (const reason of reasons) {
    expect(reason).toMatchObject({ code: "WORKER_STARTING" });
    expect(reason!.message).toContain("about 4 minutes");
  }
});
