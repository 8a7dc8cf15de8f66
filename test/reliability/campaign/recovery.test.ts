import { expect, test } from "vitest";
import type { JobView } from "../../../contracts/api.ts";
import type { Blow } from "./fleet.ts";
import { percentile, recoveryOf } from "./recovery.ts";

const second = (seconds: number) => Date.UTC(2026, 0, 1) + seconds * 1000;
const entry = (event: string, seconds: number, worker_id: string | null, run = 1) => ({
  event,
  at: new Date(second(seconds)).toISOString(),
  run,
  fence: 1,
  worker_id,
});
const job = (...history: object[]) => ({ history }) as unknown as JobView;
const kill = (workerId: string, seconds: number): Blow => ({
  signal: "SIGKILL",
  workerId,
  at: second(seconds),
  aim: "age",
  atWork: true,
});

test("a hand-over lasts from the release to the next claim", () => {
  const views = [
    job(entry("claimed", 0, "w1"), entry("released", 2, "w1"), entry("claimed", 2.5, "w2")),
  ];

  expect(recoveryOf(views, [])).toEqual({ handOver: [500], takeOver: [] });
});

test("a take-over lasts from the kill of who held the job to the next claim", () => {
  const views = [
    job(entry("claimed", 0, "w1"), entry("lease_expired", 4, "w1"), entry("claimed", 5, "w2")),
    job(
      entry("claimed", 0, "w3"),
      entry("completed", 1, "w3"),
      entry("retried", 2, null, 2),
      entry("claimed", 3, "w4", 2),
    ),
  ];

  expect(recoveryOf(views, [kill("w1", 1), kill("w3", 2)])).toEqual({
    handOver: [],
    takeOver: [4000],
  });
});

test("a percentile is a value that was there", () => {
  expect([percentile([3, 1, 2], 50), percentile([3, 1, 2], 99), percentile([], 50)]).toEqual([
    2,
    3,
    NaN,
  ]);
});
