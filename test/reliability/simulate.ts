import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { printTable } from "../../bench/table.ts";
import type { HistoriesData } from "./simulation/histories-thread.ts";
import { plantedFaults } from "./simulation/planted.ts";
import { runHistory } from "./simulation/run-history.ts";
import { movedPrefix, transitionNames } from "./simulation/transition-names.ts";
import { addTotals, emptyTotals, type Totals } from "./simulation/totals.ts";

/** Histories in which each planted fault must be found. */
const plantedHistoriesMax = 4000;
const failuresShown = 3;
/** From so many histories on every transition of the protocol must have been met. */
const historiesForAll = 10_000;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    from: { type: "string" },
    histories: { type: "string", default: "100000" },
    planted: { type: "string" },
    "no-planted": { type: "boolean", default: false },
  },
});
if (values.seed !== undefined) await replay(Number(values.seed));
else await simulate(Number(values.histories));

/** Plays one history again, with all that happens in it. */
async function replay(seed: number): Promise<void> {
  const plant = plantedFaults.find(({ name }) => name === values.planted)?.plant;
  const { violations, events, elapsed } = await runHistory(seed, {
    trace: console.log,
    ...(plant && { plant }),
  });
  const seconds = Math.round(elapsed / 1000);
  console.log(`\nseed ${seed}: ${events} events in ${seconds} virtual seconds.`);
  console.log(violations.length > 0 ? violations.join("\n") : "No violation.");
  process.exitCode = violations.length > 0 ? 1 : 0;
}

async function simulate(histories: number): Promise<void> {
  const areFound = values["no-planted"] || (await findPlantedFaults());
  // Other histories each time, so that they add up; the seed plays any of them again.
  const from = Number(values.from ?? Date.now() % 2 ** 31);
  const startedAt = performance.now();
  const totals = await inThreads(from, histories);
  const seconds = (performance.now() - startedAt) / 1000;

  for (const { seed } of totals.failures.slice(0, failuresShown)) await replay(seed);
  print(totals, { from, seconds });
  const unmet = transitionNames.filter((name) => timesMoved(totals, name) === 0);
  const isComplete = unmet.length === 0 || histories < historiesForAll;
  if (!isComplete) console.log(`Never applied: ${unmet.join(", ")}.`);
  process.exitCode = areFound && isComplete && totals.failures.length === 0 ? 0 : 1;
}

/** A simulation that cannot find a fault proves nothing: each of these must be found. */
async function findPlantedFaults(): Promise<boolean> {
  const rows: string[][] = [];
  let areFound = true;
  for (const { name, plant } of plantedFaults) {
    const startedAt = performance.now();
    const found = await firstViolation(plant);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    areFound &&= found !== undefined;
    rows.push(
      found
        ? [name, `${found.seed}`, seconds, found.violation]
        : [name, "NOT FOUND", seconds, `in ${plantedHistoriesMax} histories`],
    );
  }
  printTable("Planted faults", ["fault", "seed", "seconds", "found as"], rows);
  return areFound;
}

async function firstViolation(plant: (typeof plantedFaults)[number]["plant"]) {
  for (let seed = 1; seed <= plantedHistoriesMax; seed++) {
    const [violation] = (await runHistory(seed, { plant })).violations;
    if (violation !== undefined) return { seed, violation };
  }
  return undefined;
}

async function inThreads(from: number, histories: number): Promise<Totals> {
  const totals = emptyTotals();
  const stride = availableParallelism();
  await Promise.all(
    Array.from({ length: stride }, (_, index) => {
      const workerData: HistoriesData = { from: from + index, to: from + histories, stride };
      const thread = new Worker(new URL("simulation/histories-thread.ts", import.meta.url), {
        workerData,
        // A history is garbage when it ends: with room for many of them little of it is ever looked at.
        resourceLimits: { maxYoungGenerationSizeMb: 64 },
      });
      thread.on("message", (report: Totals) => addTotals(totals, report));
      return new Promise<void>((resolve, reject) => {
        thread.on("error", reject);
        thread.on("exit", () => resolve());
      });
    }),
  );
  return totals;
}

function timesMoved({ counts }: Totals, transition: string): number {
  return counts[movedPrefix + transition] ?? 0;
}

function print(totals: Totals, { from, seconds }: { from: number; seconds: number }): void {
  const { histories, events, elapsed, counts, failures } = totals;
  const rows = Object.entries(counts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([what, count]) => [what, count.toLocaleString("en")] as const);
  printTable(
    "What happened in them",
    ["what", "times"],
    rows.filter(([what]) => !what.startsWith(movedPrefix)),
  );
  printTable(
    "Transitions that were applied",
    ["transition", "times"],
    transitionNames.map((name) => [name, timesMoved(totals, name).toLocaleString("en")]),
  );
  const days = (elapsed / 24 / 3600_000).toFixed(0);
  console.log(
    `\n${histories.toLocaleString("en")} histories from seed ${from} on: ${events.toLocaleString("en")} events in ${days} virtual days,` +
      ` ${seconds.toFixed(0)} s (${(histories / seconds).toFixed(0)} a second).`,
  );
  console.log(
    failures.length > 0
      ? `${failures.length} of them violate what is promised. Seeds: ${failures.map(({ seed }) => seed).join(", ")}. Again with: npm run simulate -- --seed N`
      : "0 violations.",
  );
}
