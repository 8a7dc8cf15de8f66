import { expect, test } from "vitest";
import { explore } from "./explorer.ts";
import type { Edge, Machine } from "./machine.ts";

/** Two processes that take a lock: each looks whether it is free, and takes it then, or in one step where `atomic`. */
function lock({ atomic, releases = true }: { atomic: boolean; releases?: boolean }): Machine {
  const [waits, saw, holds, done] = [0, 1, 2, 3];
  return {
    width: 3,
    start: [0, waits, waits],
    expand(state, visit) {
      const [taken] = state;
      for (const at of [1, 2]) {
        const step = (label: string, lockAfter: number, after: number): void => {
          const edge: Edge = { label: `${at} ${label}`, helps: true };
          visit(
            state.map((number, field) => (field === 0 ? lockAfter : field === at ? after : number)),
            edge,
          );
        };
        if (state[at] === waits && !taken)
          step(atomic ? "takes" : "looks", +atomic, atomic ? holds : saw);
        if (state[at] === saw) step("takes", 1, holds);
        if (state[at] === holds && releases) step("releases", 0, done);
      }
    },
    wrong: (state) => (state[1] === holds && state[2] === holds ? "held twice" : undefined),
    isGoal: (state) => state[1] === done && state[2] === done,
    narrate: (path) => path.slice(1).map((state) => state.join(" ")),
  };
}

test("a lock that is looked at and then taken is held twice, and the shortest way there is told", () => {
  const { findings } = explore(lock({ atomic: false }));

  expect(findings[0]).toMatchObject({ what: "held twice" });
  expect(findings[0]!.steps).toHaveLength(4);
});

test("a lock that is taken in one step is never held twice, and each of its states is seen once", () => {
  expect(explore(lock({ atomic: true }))).toEqual({ states: 8, edges: 8, findings: [] });
});

test("a state from which no end can be reached is found", () => {
  const { findings } = explore(lock({ atomic: true, releases: false }));

  expect(findings.map(({ what }) => what)).toEqual([
    expect.stringMatching(/^lost: .*3 such states/),
  ]);
  expect(findings[0]!.steps).toEqual([]);
});

/** Counts up to 3; the last step is luck, or leads over the bound. */
const counter = (last: "luck" | "bound"): Machine => ({
  width: 1,
  start: [0],
  expand(state, visit) {
    const helps = state[0] !== 2 || last === "bound";
    const next = state[0] === 2 && last === "bound" ? undefined : state.map((count) => count + 1);
    if (state[0]! < 3) visit(next, { label: "counts", helps });
  },
  wrong: () => undefined,
  isGoal: (state) => state[0] === 3,
  narrate: (path) => path.slice(1).map(String),
});

test("an end that only luck leads to is none", () => {
  expect(explore(counter("luck")).findings).toHaveLength(1);
});

test("what lies behind a bound is not judged", () => {
  expect(explore(counter("bound"))).toMatchObject({ states: 3, findings: [] });
});

test("an exploration that does not end within its bound is an error, not a proof", () => {
  expect(() => explore(counter("luck"), { statesMax: 2 })).toThrow("more than 2 states");
});

test("the search ends with the first finding of the kind that is asked for", () => {
  const { findings } = explore(lock({ atomic: false }), { until: /held/ });

  expect(findings).toHaveLength(1);
});
