import { parseArgs } from "node:util";
import { knownDifferences } from "./known-differences.ts";
import type { Run } from "./print-runs.ts";
import { printRuns } from "./print-runs.ts";
import { runSuites } from "./run-suites.ts";
import { aws } from "./targets/aws.ts";
import { dynamodbLocal } from "./targets/dynamodb-local.ts";
import { dynoxide } from "./targets/dynoxide.ts";
import { moto } from "./targets/moto.ts";
import { local, memory } from "./targets/ours.ts";
import { judge } from "./verdict.ts";

const { values: wanted } = parseArgs({
  options: { aws: { type: "boolean", default: false }, only: { type: "string" } },
});
const targets = [
  memory,
  local,
  dynamodbLocal(process.env),
  dynoxide(process.env),
  moto(process.env),
  aws(process.env, { isWanted: wanted.aws }),
];
const names = targets.map(({ name }) => name);
const chosen = wanted.only?.split(",") ?? names;
const strangers = chosen.filter((name) => !names.includes(name));
if (strangers.length) {
  console.error(`No such target: ${strangers.join(", ")}. There are: ${names.join(", ")}.`);
  process.exit(2);
}
process.once("SIGINT", () => process.exit(130));

const runs: Run[] = [];
const skipped: string[] = [];
for (const { name, open } of targets.filter((target) => chosen.includes(target.name))) {
  const target = await open();
  if ("absent" in target) {
    skipped.push(`skipped  ${name}: ${target.absent}`);
    continue;
  }
  const startedAt = performance.now();
  try {
    const checks = await runSuites(target);
    const seconds = (performance.now() - startedAt) / 1000;
    const known = knownDifferences[name] ?? [];
    runs.push({ name, seconds, checks, known, verdict: judge(checks, known) });
  } finally {
    await target.close();
  }
}

if (runs.length) printRuns(runs);
if (skipped.length) console.log(`\n${skipped.join("\n")}`);
const isAsKnown = runs.every(
  ({ verdict }) => !verdict.unexpected.length && !verdict.outdated.length,
);
// Asked for one that is not here, a run that checked nothing must not look like a success.
process.exitCode = isAsKnown && runs.length ? 0 : 1;
