import { printTable } from "../../bench/table.ts";
import type { Check, Suite } from "./check.ts";
import { portSuites, serviceSuites } from "./check.ts";
import type { KnownDifference, Verdict } from "./verdict.ts";

export interface Run {
  readonly name: string;
  readonly seconds: number;
  readonly checks: readonly Check[];
  readonly known: readonly KnownDifference[];
  readonly verdict: Verdict;
}

/** Prints what each suite said of each implementation, how they differ and why, and what nobody has explained. */
export function printRuns(runs: readonly Run[]): void {
  printTable(
    "What each suite says of each implementation",
    ["suite", ...runs.map(({ name, seconds }) => `${name} (${seconds.toFixed(0)} s)`)],
    [...portSuites, ...serviceSuites].map((suite) => [
      suite,
      ...runs.map((run) => cell(run, suite)),
    ]),
  );
  const behaviours = runs.find(({ name }) => name === "local")?.checks.filter(isOfService).length;
  if (behaviours) {
    console.log(`\n${behaviours} documented behaviours of DynamoDB, SQS and S3 are checked.`);
  }
  for (const run of runs) printDifferences(run);
  for (const { name, verdict } of runs) {
    for (const { suite, name: check, message } of verdict.unexpected) {
      console.log(`\nFAILED on ${name}: ${suite}: ${check}\n  ${message || "not run"}`);
    }
    for (const entry of verdict.outdated) {
      console.log(
        `\nno longer a difference of ${name}: ${entry}\n  the list of differences is old`,
      );
    }
  }
}

const isOfService = ({ suite }: Check): boolean =>
  serviceSuites.some((service) => service === suite);

function cell({ checks, verdict }: Run, suite: Suite): string {
  const count = (of: readonly Check[]) => of.filter((check) => check.suite === suite).length;
  const [passed, differing, failed] = [
    count(checks.filter(({ outcome }) => outcome === "passed")),
    count(verdict.differing),
    count(verdict.unexpected),
  ];
  if (passed + differing + failed === 0) return "not served";
  return [
    `${passed} passed`,
    ...(differing ? [`${differing} differ as known`] : []),
    ...(failed ? [`${failed} FAILED`] : []),
  ].join(", ");
}

function printDifferences({ name, known, verdict }: Run): void {
  const differs = ({ suite, checks }: KnownDifference) =>
    verdict.differing.filter((check) => check.suite === suite && checks.includes(check.name));
  const found = known.filter((difference) => differs(difference).length > 0);
  if (!found.length) return;
  printTable(
    `How ${name} is known to differ`,
    ["suite", "checks", "because"],
    found.map((difference) => [
      difference.suite,
      String(differs(difference).length),
      difference.because,
    ]),
  );
}
