import { printTable } from "../../../bench/table.ts";
import { countsOf, reached, type CampaignResult } from "./campaign.ts";
import type { Counts } from "./fates.ts";
import type { Blow } from "./fleet.ts";
import { percentile, recoveryOf } from "./recovery.ts";

/** Whether nothing was violated, nothing failed to end, and as much was done as was wanted. */
export const passed = ({ violations, blows }: CampaignResult, wanted: Counts): boolean =>
  violations.length === 0 && reached(wanted, countsOf(blows));

/** 95 % upper bound of a chance that was never seen in so many trials (rule of three). */
const upperBound = (trials: number): string => (3 / trials).toExponential(1);

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
const spread = (values: readonly number[]): string =>
  values.length === 0
    ? "none"
    : `p50 ${seconds(percentile(values, 50))}, p99 ${seconds(percentile(values, 99))} of ${values.length}`;

/** Prints what was done, what was seen, and what it proves. */
export function report(result: CampaignResult, wanted: Counts): void {
  const { blows, jobs, violations, faults } = result;
  const had = countsOf(blows);
  const views = jobs.flatMap(({ view }) => (view ? [view] : []));
  const { handOver, takeOver } = recoveryOf(views, blows);
  const events = views.flatMap(({ history }) => history.map(({ event }) => event));
  const count = (event: string) => events.filter((each) => each === event).length;
  const atWork = (name: Blow["signal"]) => {
    const hits = blows.filter((blow) => blow.signal === name && blow.atWork).length;
    return `${hits} (${Math.round((100 * hits) / had[name])} %)`;
  };
  const aims = Map.groupBy(
    blows.filter(({ signal }) => signal === "SIGKILL"),
    ({ aim }) => aim,
  );

  printTable(
    "What was done",
    ["what", "wanted", "done"],
    [
      ["SIGKILL", `${wanted.SIGKILL}`, `${had.SIGKILL}`],
      ["of them at a job or a segment", "", atWork("SIGKILL")],
      ["SIGSTOP longer than a lease", `${wanted.SIGSTOP}`, `${had.SIGSTOP}`],
      ["of them at a job or a segment", "", atWork("SIGSTOP")],
      ["SIGTERM", `${wanted.SIGTERM}`, `${had.SIGTERM}`],
      ["of them at a job or a segment", "", atWork("SIGTERM")],
      ["seconds", "", result.seconds.toFixed(0)],
      ["blows a minute", "", ((60 * blows.length) / result.seconds).toFixed(0)],
      ["workers started", "", `${result.started}`],
      ["workers that ended by themselves", "", `${result.diedAlone}`],
      ["requests through the proxy", "", `${result.requests}`],
      ["of them later than the next claim of their job", "", `${result.overtaken}`],
      ...[...faults].toSorted().map(([name, times]) => [`fault: ${name}`, "", `${times}`]),
    ],
  );
  printTable(
    "Where the SIGKILLs hit",
    ["aim", "kills"],
    [...aims].toSorted().map(([aim, hits]) => [aim, `${hits.length}`]),
  );
  const all = [...result.processor.values()].reduce((sum, each) => sum + (each || 0), 0);
  printTable(
    "Where the processor's time went while the killing went on",
    ["of whom", "seconds", "share", "per blow"],
    [...result.processor, ["all of it", all] as const].map(([name, took]) => [
      name,
      took.toFixed(1),
      `${Math.round((100 * took) / all)} %`,
      `${(took / blows.length).toFixed(2)} s`,
    ]),
  );
  const placeSeconds = [...result.places.values()].reduce((sum, each) => sum + each, 0);
  printTable(
    "What the workers' places were at",
    ["at", "share of their time"],
    [...result.places].map(([what, took]) => [
      what,
      `${Math.round((100 * took) / placeSeconds)} %`,
    ]),
  );
  printTable(
    "What came of it",
    ["what", "count"],
    [
      ["jobs", `${jobs.length}`],
      ["of them deleted", `${jobs.filter(({ record }) => record.deleteAsked).length}`],
      ["runs", `${views.reduce((sum, { run }) => sum + run, 0)}`],
      ["claims", `${count("claimed")}`],
      ["leases that expired", `${count("lease_expired")}`],
      ["hand-overs", `${count("released")}`],
      ["attempts that failed", `${count("attempt_failed")}`],
      ["runs completed", `${count("completed")}`],
      ["runs cancelled", `${count("cancelled")}`],
      ["runs exhausted, then retried", `${count("failed")}`],
      ["looks of the reader", `${result.looks}`],
      ["SIGTERM: released to claimed", spread(handOver)],
      ["SIGKILL: killed to claimed", spread(takeOver)],
      ["violations", `${violations.length}`],
      [
        "95 % bound of a violation per SIGKILL",
        violations.length ? "none" : upperBound(had.SIGKILL),
      ],
    ],
  );
  for (const { jobId, what } of violations.slice(0, 50)) console.log(`VIOLATION ${jobId}: ${what}`);
  for (const complaint of new Set(result.complaints)) console.log(`complaint: ${complaint}`);
}
