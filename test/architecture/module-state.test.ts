import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { moduleState } from "./module-state.ts";

const sources = globSync("{contracts,aws,functions,gpu-worker}/**/*.ts");

test("no module of the product holds state: a queue in memory is a queue that the other process never sees", () => {
  expect(sources.length).toBeGreaterThan(20);

  const state = sources.flatMap((file) =>
    moduleState(file, readFileSync(file, "utf8")).map((found) => `${file}: ${found}`),
  );

  expect(state).toEqual([]);
});

test.each([
  ["a queue object for each process", "export const jobQueue = new JobQueue();"],
  ["a list of jobs", "const jobs: Job[] = [];"],
  ["a map of jobs", "export const jobs = new Map<string, Job>();"],
  ["a job that is current", "let current: Job | undefined;"],
  ["a registry", "const workers: Record<string, Worker> = {};"],
])("the predecessor's bug would be found: %s", (_, source) => {
  expect(moduleState("planted.ts", source)).toHaveLength(1);
});

test.each([
  'const statuses = ["pending"] as const;',
  'const terminal = new Set(["failed"]);',
  "const logger = new Logger();",
  "const queue = () => new JobQueue();",
])("what holds nothing is let through: %s", (source) => {
  expect(moduleState("fine.ts", source)).toEqual([]);
});
