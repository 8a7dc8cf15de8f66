import { expect, test } from "vitest";
import type { Condition, Transition } from "../../../contracts/protocol/transition.ts";
import { jobAttributesOfWorkers } from "../../../contracts/protocol/worker-attributes.ts";
import { aDetectingJob } from "../../support/segment-row.ts";
import { aJobRow } from "../../support/job-row.ts";
import { everyTransition } from "../../support/transitions.ts";

/** Steps that workers take on a job's row; the others are the API's and the sweeper's. */
const ofWorkers = new Set([
  "acknowledgeCancel",
  "beginAssembly",
  "cancelAbandoned",
  "claim",
  "exhaust",
  "fail",
  "failOfSegment",
  "markDispatched",
  "markSpread",
  "markTold",
  "noteSegment",
  "publish",
  "release",
  "renew",
  "replan",
  "retryLater",
  "spread",
]);

const fieldsOf = (condition: Condition): readonly string[] =>
  "of" in condition ? condition.of.flatMap(fieldsOf) : [condition.field];

const touchedBy = ({ condition, update }: Transition): readonly string[] => [
  ...fieldsOf(condition),
  ...Object.keys({ ...update.set, ...update.add, ...update.include }),
  ...(update.remove ?? []),
  ...(update.append ? ["history"] : []),
];

const rows = [
  aJobRow({ status: "pending" }),
  aJobRow({ status: "running", workerId: "w", leaseUntil: 0 }),
  aJobRow({ status: "failed", untold: "clean", finishedAt: 1 }),
  aJobRow({ status: "failed", untold: "may_have_orphans", finishedAt: 1 }),
  aDetectingJob(),
];

test("a worker's rights to a job's row are what its steps touch, and nothing else", () => {
  const steps = rows.flatMap((row) => everyTransition.map((transition) => transition(row)));
  const taken = steps.filter(({ name }) => ofWorkers.has(name));

  expect(new Set(taken.map(({ name }) => name))).toEqual(ofWorkers);
  expect([...new Set(taken.flatMap(touchedBy))].sort()).toEqual([...jobAttributesOfWorkers]);
});

test("no worker can change whose job it is, or what it is about", () => {
  for (const field of ["owner", "source", "options", "pipelineId", "filename", "traceId"]) {
    expect(jobAttributesOfWorkers).not.toContain(field);
  }
});
