import { expect, test } from "vitest";
import { configurations } from "./configurations.ts";
import { explore } from "./explorer.ts";
import { mutations } from "./mutations.ts";
import { jobWorld } from "./world.ts";

test.each(["two copies", "upload, two Lambdas"] as const)(
  "the protocol as it is holds in every state: %s",
  (name) => {
    const { states, findings } = explore(jobWorld(configurations[name]));

    expect(findings).toEqual([]);
    expect(states).toBeGreaterThan(10_000);
  },
);

test.each([
  "publish is unconditional",
  "a dead letter fails its job, whatever it does",
  "all results have one key",
  "what a cancel ended is not looked at again",
  "ended segments are counted, not kept as a set",
  "the rows of all plans have the same names",
])("a mutation of the protocol is found: %s", (name) => {
  const { configuration, breaks, ...mutated } = mutations.find((each) => each.name === name)!;

  const { findings } = explore(jobWorld(configuration, mutated), { until: breaks });

  expect(findings.at(-1)!.what).toMatch(breaks);
  expect(findings.at(-1)!.steps.length).toBeGreaterThan(1);
});

test("a counterexample names who does what, and what becomes of the row", () => {
  const { configuration, breaks, ...mutated } = mutations.find(
    ({ name }) => name === "what a cancel ended is not looked at again",
  )!;

  const { findings } = explore(jobWorld(configuration, mutated), { until: breaks });

  expect(findings.at(-1)!.steps.slice(-2)).toEqual([
    "Lambda 1 is asked to cancel: reads the row",
    "Lambda 1 cancelWaiting → cancelled, run 1, fence 1, untold",
  ]);
});
