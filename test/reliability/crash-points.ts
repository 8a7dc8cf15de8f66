import { parseArgs } from "node:util";
import { printTable } from "../../bench/table.ts";
import { crashScenarios } from "./simulation/crash-scenarios.ts";
import { crashes, runCrashPoint, type Crash } from "./simulation/run-crash-point.ts";

const pointsMin = 400;
Error.stackTraceLimit = 0;

// `--scenario "one segment" --at 12 --crash applied` plays one point again, with all that happened.
const { values } = parseArgs({
  options: { scenario: { type: "string" }, at: { type: "string" }, crash: { type: "string" } },
});
if (values.scenario !== undefined) await replay(values.scenario, values.at, values.crash);
else await enumerate();

async function replay(name: string, at: string | undefined, crash = "before"): Promise<void> {
  const scenario = crashScenarios.find((each) => each.name === name);
  if (!scenario) throw new Error(`There is no scenario "${name}".`);
  const point = at === undefined ? undefined : { at: Number(at), crash: crash as Crash };
  const { violations, calls } = await runCrashPoint(scenario, point, { trace: console.log });
  console.log(`${calls.length} calls, ${violations.length} violations.`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}

async function enumerate(): Promise<void> {
  const startedAt = performance.now();
  const total = { points: 0, passed: 0 };
  const byActor = new Map<string, { points: number; passed: number }>();
  const kinds = new Set<string>();
  const rows: string[][] = [];

  for (const scenario of crashScenarios) {
    const undisturbed = await runCrashPoint(scenario);
    if (undisturbed.violations.length > 0) {
      throw new Error(`"${scenario.name}" fails undisturbed: ${undisturbed.violations.join("; ")}`);
    }
    const passed = { before: 0, applied: 0, after: 0, answer_lost: 0 };
    for (const { at, actor, call } of undisturbed.calls) {
      const of = byActor.get(actor) ?? { points: 0, passed: 0 };
      byActor.set(actor, of);
      kinds.add(`${actor.replace(/\d$/, "")} ${call}`);
      for (const crash of crashes) {
        const { violations } = await runCrashPoint(scenario, { at, crash });
        of.points++;
        if (violations.length > 0) {
          console.log(
            `FAILED  --scenario "${scenario.name}" --at ${at} --crash ${crash}  (${actor}: ${call})\n        ${violations[0]}`,
          );
          continue;
        }
        of.passed++;
        passed[crash]++;
      }
    }
    const calls = undisturbed.calls.length;
    const all = crashes.reduce((sum, crash) => sum + passed[crash], 0);
    total.points += calls * crashes.length;
    total.passed += all;
    rows.push([
      scenario.name,
      `${calls}`,
      ...crashes.map((crash) => `${passed[crash]}`),
      `${all} of ${calls * crashes.length}`,
    ]);
  }

  printTable(
    "Every call of each course of things, with a crash there: how many end as the undisturbed run does",
    ["scenario", "calls", "before", "applied", "after", "answer lost", "passed"],
    rows,
  );
  printTable(
    "By who dies",
    ["actor", "passed"],
    [...byActor].map(([actor, { points, passed }]) => [actor, `${passed} of ${points}`]),
  );
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(
    `\n${total.passed} of ${total.points} crash points passed in ${seconds} s, at ${kinds.size} different calls.`,
  );
  const isEnough = total.points >= pointsMin && total.passed === total.points;
  if (!isEnough) console.log(`At least ${pointsMin} points, and every one of them, must pass.`);
  process.exitCode = isEnough ? 0 : 1;
}
