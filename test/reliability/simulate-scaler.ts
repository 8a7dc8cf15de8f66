import { parseArgs } from "node:util";
import { printTable } from "../../bench/table.ts";
import { bars, runTrace, type Outcome } from "./scaler/run-trace.ts";
import { plantedScalers, scaler } from "./scaler/scalers.ts";
import { traceOf } from "./scaler/trace.ts";

/** Traces in which each planted fault must be found. */
const plantedTracesMax = 300;

type Costs = Omit<Outcome, "world"> & { readonly paid: number };

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    from: { type: "string", default: "1" },
    traces: { type: "string", default: "10000" },
  },
});
if (values.seed !== undefined) replay(Number(values.seed));
else simulate(Number(values.from), Number(values.traces));

/** Plays one trace again. */
function replay(seed: number): void {
  const trace = traceOf(seed);
  const { arrivals, ...facts } = trace;
  const { world, violations, ...outcome } = runTrace(trace, scaler());
  const { paid, starts, failedStarts, killed, longestWait } = world;
  console.log({ ...facts, arrivals: arrivals.length }, outcome);
  console.log({ paid, starts, failedStarts, killed, longestWait });
  console.log(violations.length > 0 ? violations.join("\n") : "No violation.");
  process.exitCode = violations.length > 0 ? 1 : 0;
}

function simulate(from: number, traces: number): void {
  const startedAt = performance.now();
  const areFound = findPlanted();
  const outcomes: Costs[] = [];
  const waits: number[] = [];
  let [paid, starts, killed, failedStarts] = [0, 0, 0, 0];
  for (let seed = from; seed < from + traces; seed++) {
    const { world, ...outcome } = runTrace(traceOf(seed), scaler());
    outcomes.push({ ...outcome, paid: world.paid });
    waits.push(world.longestWait);
    paid += world.paid;
    starts += world.starts;
    killed += world.killed;
    failedStarts += world.failedStarts;
  }

  const measures: [string, (outcome: Omit<Outcome, "world">) => number, number][] = [
    ["seconds until it wakes", ({ wakeSeconds }) => wakeSeconds, bars.wakeSecondsMax],
    ["seconds until zero", ({ zeroSeconds }) => zeroSeconds, bars.zeroSecondsMax],
    ["turns in ten minutes", ({ turns }) => turns, bars.turnsPerTenMinutes],
  ];
  printTable(
    "What the scaler keeps to",
    ["measure", "median", "99 %", "worst", "its seed", "bar"],
    measures.map(([name, of, bar]) => {
      const sorted = outcomes.toSorted((a, b) => of(a) - of(b));
      const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))]!;
      const numbers = [0.5, 0.99, 1].map((part) => of(at(part)).toFixed(2));
      return [name, ...numbers, `${at(1).seed}`, `${bar}`];
    }),
  );
  const failed = outcomes.filter(({ violations }) => violations.length > 0);
  printTable(
    "Traces",
    ["kind", "traces", "with a violation"],
    Object.entries(Object.groupBy(outcomes, ({ kind }) => kind)).map(([kind, of = []]) => [
      kind,
      `${of.length}`,
      `${of.filter(({ violations }) => violations.length > 0).length}`,
    ]),
  );
  const areCheap = printCosts(outcomes);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  const longest = waits.sort((a, b) => a - b)[Math.floor(0.99 * (waits.length - 1))]!;
  console.log(
    `\n${traces} traces from seed ${from} on: ${starts} tasks, ${Math.round(paid / 3600)} GPU hours, ` +
      `${killed} taken by Spot, ${failedStarts} starts without capacity; in 99 % of the traces nothing waited longer than ${Math.round(longest / 60)} min. ${seconds} s.`,
  );
  for (const { seed, kind, violations } of failed.slice(0, 10)) {
    console.log(`seed ${seed} (${kind}): ${violations.join("; ")}`);
  }
  console.log(
    failed.length > 0
      ? `${failed.length} traces violate what is promised. Again with: npm run simulate:scaler -- --seed N`
      : "0 violations.",
  );
  process.exitCode = areFound && areCheap && failed.length === 0 ? 0 : 1;
}

/** Each trace that is left alone is held to the bar, and the sum of those in which luck has a part. */
function printCosts(outcomes: readonly Costs[]): boolean {
  const groups = Object.entries(Object.groupBy(outcomes, ({ luck }) => luck)).map(([luck, of]) => {
    const sum = (what: (outcome: (typeof of)[number]) => number) =>
      of.reduce((total, each) => total + what(each), 0);
    const sorted = of.toSorted((a, b) => a.ratio - b.ratio);
    const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))]!;
    return {
      luck,
      traces: of.length,
      together: sum(({ paid }) => paid) / sum(({ clairvoyantPaid }) => clairvoyantPaid),
      most: at(0.99),
      worst: at(1),
    };
  });
  printTable(
    `GPU seconds against the clairvoyant's (bar ${bars.costRatioMax})`,
    ["luck", "traces", "together", "99 %", "worst", "its seed", "held to it"],
    groups.map(({ luck, traces, together, most, worst }) => [
      luck,
      `${traces}`,
      together.toFixed(3),
      most.ratio.toFixed(2),
      worst.ratio.toFixed(2),
      `${worst.seed}`,
      luck === "none" ? "each" : "the sum",
    ]),
  );
  return groups.every(({ together }) => together <= bars.costRatioMax);
}

/** A simulation that cannot find a fault proves nothing. */
function findPlanted(): boolean {
  const rows = Object.entries(plantedScalers).map(([name, plant]) => {
    for (let seed = 1; seed <= plantedTracesMax; seed++) {
      const [violation] = runTrace(traceOf(seed), plant()).violations;
      if (violation) return [name, `${seed}`, violation];
    }
    return [name, "NOT FOUND", `in ${plantedTracesMax} traces`];
  });
  printTable("Planted faults", ["the scaler", "seed", "found as"], rows);
  return rows.every(([, seed]) => seed !== "NOT FOUND");
}
