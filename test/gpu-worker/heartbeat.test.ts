import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { WorkerRow } from "../../contracts/job.ts";
import { startHeartbeat } from "../../gpu-worker/heartbeat.ts";
import { jsonLog } from "../../gpu-worker/log.ts";
import { aJobId } from "../support/job-row.ts";

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function started(forget = async (): Promise<void> => {}) {
  const beats: WorkerRow[] = [];
  const forgotten: string[] = [];
  const heartbeat = startHeartbeat(
    { workerId: "w", queueId: "q", version: "1", host: "h" },
    {
      registry: {
        beat: async (row) => void beats.push(row),
        async forget(workerId) {
          forgotten.push(workerId);
          await forget();
        },
        list: async () => [],
      },
      seconds: 20,
      now: Date.now,
      log: jsonLog({ level: "ERROR", write: () => {}, now: Date.now }),
    },
  );
  return { beats, forgotten, heartbeat, times: () => beats.map((row) => row.heartbeatAt / 1000) };
}

test("a worker beats at once, and then at its interval", async () => {
  const { times } = started();

  await vi.advanceTimersByTimeAsync(41_000);

  expect(times()).toEqual([0, 20, 40]);
});

test("a change that is shown is a beat: the next one comes an interval after it", async () => {
  const { times, heartbeat } = started();
  await vi.advanceTimersByTimeAsync(15_000);

  await heartbeat.show({ state: "working", jobId: aJobId });
  await vi.advanceTimersByTimeAsync(21_000);

  expect(times()).toEqual([0, 15, 35]);
});

test("a worker that has ended is forgotten and beats no more", async () => {
  const { times, forgotten, heartbeat } = started();
  await vi.advanceTimersByTimeAsync(1000);

  await heartbeat.end();
  await vi.advanceTimersByTimeAsync(60_000);

  expect([times(), forgotten]).toEqual([[0], ["w"]]);
});

test("a row that cannot be removed hides nothing of why the worker ends", async () => {
  const { heartbeat, forgotten } = started(async () => {
    throw new Error("the table does not answer");
  });

  await heartbeat.end();

  expect(forgotten).toEqual(["w"]);
});
