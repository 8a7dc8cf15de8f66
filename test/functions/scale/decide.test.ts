import { describe, expect, test } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import {
  backoffSecondsAfter,
  decide,
  shareSeconds,
  type ScalerState,
} from "../../../functions/scale/decide.ts";

const share = shareSeconds({ bootSeconds: 240, idleExitSeconds: 60 });
const asleep: ScalerState = {
  work: { videoSeconds: 0, pieces: 0, oldestSeconds: 0 },
  ours: { alive: 0, idle: 0 },
  others: { alive: 0, idle: 0 },
  tasks: { starting: 0, running: 0 },
  startedLately: 0,
  failures: { count: 0, secondsAgo: Infinity },
  speed: 10,
  bootSeconds: 240,
  idleExitSeconds: 60,
  workersMax: 8,
};
const waiting = (shares: number, pieces = 100, oldestSeconds = 30) => ({
  work: { videoSeconds: shares * share * 10, pieces, oldestSeconds },
});
const started = (state: Partial<ScalerState>) => decide({ ...asleep, ...state }).start;

describe("from zero", () => {
  test.each([
    ["nothing waits", waiting(0, 0), 0],
    ["ten seconds of video wait", waiting(0.001, 1), 1],
    ["one share waits, in many pieces", waiting(1), 1],
    ["just less than two shares wait", waiting(1.99), 1],
    ["three shares wait", waiting(3), 3],
    ["three shares wait in two pieces", waiting(3, 2), 2],
    ["more waits than may run", waiting(50), 8],
  ])("when %s", (_, state, start) => {
    expect(started(state)).toBe(start);
  });

  test("no more tasks are started at once than one call takes", () => {
    expect(started({ ...waiting(50), workersMax: 100 })).toBe(limits.startsAtOnceMax);
  });
});

describe("workers that are there", () => {
  test.each([
    ["one of ours drains one share", { ours: { alive: 1, idle: 0 } }, waiting(1), 0],
    ["one of ours does not drain three shares", { ours: { alive: 1, idle: 0 } }, waiting(3), 2],
    ["one on its way counts", { tasks: { starting: 1, running: 0 } }, waiting(1), 0],
    ["one that was just started counts before ECS knows it", { startedLately: 1 }, waiting(1), 0],
    ["one of others drains one share", { others: { alive: 1, idle: 0 } }, waiting(1), 0],
    ["one of others does not drain four", { others: { alive: 1, idle: 0 } }, waiting(4), 3],
    [
      "a task that runs without a heartbeat does not help",
      { tasks: { starting: 0, running: 1 } },
      waiting(1),
      1,
    ],
    [
      "a task that runs without a heartbeat counts for the maximum",
      { tasks: { starting: 0, running: 8 } },
      waiting(50),
      0,
    ],
    [
      "those of others do not count for the maximum",
      { others: { alive: 5, idle: 0 } },
      waiting(50),
      8,
    ],
  ])("%s", (_, state, work, start) => {
    expect(started({ ...state, ...work })).toBe(start);
  });

  test("an idle one takes what has just come", () => {
    const state = { others: { alive: 0, idle: 1 } };

    expect(started({ ...state, ...waiting(0.01, 1, 1) })).toBe(0);
    expect(started({ ...state, ...waiting(0.01, 1, limits.momentSeconds) })).toBe(1);
  });
});

describe("work that waits although it should be done", () => {
  const late = waiting(0.1, 3, 240 + share + 1);

  test("gets one more worker", () => {
    expect(started({ ...late, ours: { alive: 2, idle: 0 } })).toBe(1);
    expect(started({ ...late, others: { alive: 3, idle: 0 } })).toBe(1);
  });

  test("gets no further one while one is on its way", () => {
    expect(started({ ...late, ours: { alive: 2, idle: 0 }, startedLately: 1 })).toBe(0);
  });
});

describe("tasks that die at their start", () => {
  test("are followed by the next after a pause that doubles", () => {
    const failures = { count: 3, secondsAgo: backoffSecondsAfter(3) - 1 };

    expect(decide({ ...asleep, ...waiting(1), failures })).toMatchObject({
      start: 0,
      why: "3 tasks in a row died at their start",
    });
    expect(started({ ...waiting(1), failures: { ...failures, secondsAgo: 241 } })).toBe(1);
  });

  test.each([
    [0, 0],
    [1, 60],
    [2, 120],
    [5, 900],
    [50, 900],
  ])("after %i of them for %i seconds", (failures, seconds) => {
    expect(backoffSecondsAfter(failures)).toBe(seconds);
  });
});
