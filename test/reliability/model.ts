import { printTable } from "../../bench/table.ts";
import { configurations } from "./model/configurations.ts";
import { explore, type Exploration } from "./model/explorer.ts";
import { mutations } from "./model/mutations.ts";
import { jobWorld } from "./model/world.ts";

const statesMin = 3_000_000;
const [wanted = ""] = process.argv.slice(2);
const count = (number: number) => number.toLocaleString("en-US");

/** Seconds of one processor: others on the machine do not change them. */
function timed(run: () => Exploration): { exploration: Exploration; seconds: string } {
  const before = process.cpuUsage();
  const exploration = run();
  const { user, system } = process.cpuUsage(before);
  return { exploration, seconds: ((user + system) / 1e6).toFixed(1) };
}

const traces: string[] = [];
const trace = (title: string, { findings }: Exploration): void => {
  for (const { what, steps } of findings) {
    traces.push(`${title}: ${what}\n${steps.map((step, at) => `  ${at + 1}. ${step}`).join("\n")}`);
  }
};

let states = 0;
let violations = 0;
const correct = Object.entries(configurations)
  .filter(([name]) => name.includes(wanted))
  .map(([name, configuration]) => {
    const { exploration, seconds } = timed(() => explore(jobWorld(configuration)));
    console.error(`${name}: ${count(exploration.states)} states`);
    trace(`VIOLATED in "${name}"`, exploration);
    states += exploration.states;
    violations += exploration.findings.length;
    const { edges, findings } = exploration;
    return [name, count(exploration.states), count(edges), seconds, String(findings.length)];
  });
printTable(
  "The protocol as it is",
  ["configuration", "states", "edges", "seconds", "violations"],
  [...correct, ["all", count(states), "", "", String(violations)]],
);

let survived = 0;
const planted = mutations
  .filter(({ name }) => name.includes(wanted))
  .map(({ name, configuration, protocol, habits, breaks }) => {
    const world = jobWorld(configuration, { protocol, habits });
    const { exploration, seconds } = timed(() => explore(world, { until: breaks }));
    const found = exploration.findings.find(({ what }) => breaks.test(what));
    if (!found) survived++;
    trace(`"${name}"`, { ...exploration, findings: found ? [found] : exploration.findings });
    const steps = found ? String(found.steps.length) : "-";
    return [name, found?.what ?? "NOT FOUND", count(found?.states ?? 0), steps, seconds];
  });
printTable(
  "With a fault in it",
  ["mutation", "found", "states until then", "steps", "seconds"],
  planted,
);

console.log(`\n${traces.join("\n\n")}`);
const tooFew = wanted === "" && states < statesMin;
console.log(
  `\n${count(states)} states, ${violations} violations; ${planted.length - survived} of ${planted.length} mutations found.`,
);
if (violations || survived || tooFew) {
  if (tooFew) console.error(`At least ${count(statesMin)} states are to be explored.`);
  process.exitCode = 1;
}
