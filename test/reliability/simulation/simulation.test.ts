import { beforeAll, describe, expect, test } from "vitest";
import { crashScenarios } from "./crash-scenarios.ts";
import { plantedFaults } from "./planted.ts";
import { crashes, runCrashPoint } from "./run-crash-point.ts";
import { runHistory } from "./run-history.ts";
import { addTo, emptyTotals } from "./totals.ts";

const histories = 300;

async function traceOf(seed: number): Promise<string[]> {
  const lines: string[] = [];
  await runHistory(seed, { trace: (line) => lines.push(line) });
  return lines;
}

describe("histories", () => {
  const totals = emptyTotals();
  beforeAll(async () => {
    for (let seed = 1; seed <= histories; seed++) addTo(totals, seed, await runHistory(seed));
  }, 60_000);

  test("nothing is lost, published twice or published wrong, whatever dies", () => {
    expect(totals.failures).toEqual([]);
  });

  test("there is every kind of disturbance in them, and every kind of end", () => {
    expect(totals.counts).toMatchObject(
      Object.fromEntries(
        [
          "worker dies before a call",
          "worker dies while a call is answered",
          "worker dies after a call",
          "function killed",
          "answer lost",
          "call refused",
          "call repeated",
          "call slow",
          "worker frozen past its lease",
          "worker told to stop",
          "clock jump",
          "stale index",
          "message lost",
          "message doubled",
          "message late",
          "message undead",
          "dead letter",
          "job completed",
          "job cancelled",
          "job failed",
          "job expired",
        ].map((what) => [what, expect.any(Number)]),
      ),
    );
  });
});

test("a seed plays the same history each time, and another seed another one", async () => {
  const [first, again, other] = [await traceOf(11), await traceOf(11), await traceOf(12)];

  expect(first.length).toBeGreaterThan(20);
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

test.each(["publish asks for no fence", "there is no sweeper"])(
  "a planted fault is found: %s",
  async (name) => {
    const { plant } = plantedFaults.find((fault) => fault.name === name)!;
    const violations: string[] = [];
    for (let seed = 1; seed <= 100 && violations.length === 0; seed++) {
      violations.push(...(await runHistory(seed, { plant })).violations);
    }

    expect(violations).not.toEqual([]);
  },
);

describe("crash points", () => {
  test.each(crashScenarios)("$name ends as it should where nobody dies", async (scenario) => {
    expect((await runCrashPoint(scenario)).violations).toEqual([]);
  });

  test("a job of one segment completes wherever somebody dies", async () => {
    const [scenario] = crashScenarios;
    const { calls } = await runCrashPoint(scenario!);
    expect(new Set(calls.map(({ actor }) => actor))).toContain("worker1");

    for (const { at } of calls) {
      for (const crash of crashes) {
        const { violations } = await runCrashPoint(scenario!, { at, crash });
        expect({ at, crash, violations }).toEqual({ at, crash, violations: [] });
      }
    }
  });

  test("a crash is noticed where nobody repairs what it leaves", async () => {
    const scenario = crashScenarios.find(({ name }) => name === "three segments")!;
    const { calls } = await runCrashPoint(scenario);
    const at = calls.findIndex(
      ({ actor, call }) => actor.startsWith("worker") && call === "queue.send",
    );

    const point = { at, crash: "before" } as const;
    const { violations } = await runCrashPoint(scenario, point, { plant: { noSweeper: true } });

    expect(violations.join()).toMatch(/is running for good/);
  });
});
