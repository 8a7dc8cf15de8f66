import { expect, test } from "vitest";
import type { Check } from "./check.ts";
import { judge } from "./verdict.ts";

const aCheck = (more: Partial<Check> = {}): Check => ({
  suite: "SQS",
  name: "messages > arrive",
  outcome: "passed",
  message: "",
  ...more,
});
const failed = aCheck({ name: "messages > expire", outcome: "failed" });
const known = [{ because: "it has no clock", suite: "SQS" as const, checks: [failed.name] }];

test("a failure that is not known is unexpected", () => {
  const verdict = judge([aCheck(), failed], []);

  expect(verdict).toMatchObject({ passed: 1, differing: [], unexpected: [failed], outdated: [] });
});

test("a known failure is a difference and no more", () => {
  const verdict = judge([aCheck(), failed], known);

  expect(verdict).toMatchObject({ passed: 1, differing: [failed], unexpected: [], outdated: [] });
});

test("a known difference that passes is outdated, and so is one that no check is called", () => {
  const passes = judge([{ ...failed, outcome: "passed" }], known);
  const renamed = judge([aCheck()], known);

  expect(passes.outdated).toEqual(["SQS: messages > expire"]);
  expect(renamed.outdated).toEqual(["SQS: messages > expire"]);
});

test("a difference that varies may pass and may fail", () => {
  const race = [{ ...known[0]!, varies: true as const }];

  const lost = judge([failed], race);
  const won = judge([{ ...failed, outcome: "passed" }], race);

  expect(lost).toMatchObject({ differing: [failed], unexpected: [], outdated: [] });
  expect(won).toMatchObject({ passed: 1, differing: [], unexpected: [], outdated: [] });
});

test("a difference of one suite excuses no check of another", () => {
  const other: Check = { ...failed, suite: "work queue" };

  expect(judge([failed, other], known).unexpected).toEqual([other]);
});

test("a check that was not made is unexpected, known or not", () => {
  const skipped: Check = { ...failed, outcome: "not run" };

  const verdict = judge([skipped], known);

  expect(verdict.unexpected).toEqual([skipped]);
  expect(verdict.outdated).toEqual(["SQS: messages > expire"]);
});
