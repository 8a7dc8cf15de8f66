import { expect, test } from "vitest";
import type { Report } from "./read-report.ts";
import { checksIn } from "./read-report.ts";

const report = (file: Partial<Report["testResults"][number]>): Report => ({
  testResults: [{ message: "", status: "passed", assertionResults: [], ...file }],
});
const result = (ancestorTitles: readonly string[], status: string, failureMessages = [""]) => ({
  ancestorTitles,
  title: "does it",
  status,
  failureMessages,
});

test.for([
  { titles: ["job store in memory"], suite: "job store", name: "does it" },
  { titles: ["work queue on SQS"], suite: "work queue", name: "does it" },
  { titles: ["the local DynamoDB", "sets"], suite: "DynamoDB", name: "sets > does it" },
  { titles: ["S3", "keys", "odd"], suite: "S3", name: "keys > odd > does it" },
])("finds the suite of $titles", ({ titles, suite, name }) => {
  const checks = checksIn(report({ assertionResults: [result(titles, "passed")] }));

  expect(checks).toEqual([{ suite, name, outcome: "passed", message: "" }]);
});

test("tells failures by their first line, and what was not run apart", () => {
  const failure = result(["SQS"], "failed", ["expected 1\n at line 3"]);
  const checks = checksIn(
    report({ status: "failed", assertionResults: [failure, result(["SQS"], "pending")] }),
  );

  expect(checks.map(({ outcome, message }) => [outcome, message])).toEqual([
    ["failed", "expected 1"],
    ["not run", ""],
  ]);
});

test("throws on a test that is in no suite", () => {
  const stray = report({ assertionResults: [result(["something else"], "passed")] });

  expect(() => checksIn(stray)).toThrow("of no suite");
});

test("throws when a file failed and none of its tests did", () => {
  const broken = report({ status: "failed", message: "no table", assertionResults: [] });

  expect(() => checksIn(broken)).toThrow("no table");
});
