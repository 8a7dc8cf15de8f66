import { setTimeout as sleep } from "node:timers/promises";
import { seeded } from "../../support/onnx/seeded.ts";
import type { Edit } from "../../support/tree-copy.ts";
import { makeClips } from "./clips.ts";
import { fateDeck, type Counts } from "./fates.ts";
import { isTerminal } from "../../../contracts/work-row.ts";
import { historyFaults } from "./history-faults.ts";
import { faultDraw, usualRates, type Fault } from "./faults.ts";
import { finalLook } from "./final-look.ts";
import type { Blow } from "./fleet.ts";
import { startLoad } from "./load.ts";
import type { Mix } from "./mix.ts";
import { addCampaignModel } from "./model.ts";
import { faultsOf, type FinalJob } from "./oracle.ts";
import { orphanWatch } from "./orphan-watch.ts";
import { leaseSeconds } from "./pace.ts";
import { since, type ProcessorTimes } from "./processor-times.ts";
import { latePublishes } from "./late-publishes.ts";
import { startReader } from "./reader.ts";
import { openStage } from "./stage.ts";
import { undisturbedRun } from "./undisturbed-run.ts";
import { watch, type Violation } from "./watch.ts";

export interface CampaignOptions {
  readonly mix: Mix;
  /** Longest that the killing takes; it ends earlier once what was wanted is done. */
  readonly minutesMax: number;
  readonly seed: number;
  /** Faults planted into the copy that is run. */
  readonly planted: readonly Edit[];
  /** Ends with the first violation: it is what a planted fault is to bring. */
  readonly untilViolation: boolean;
  /** Leaves logs, rows and objects where they are. */
  readonly keep: boolean;
  readonly say: (line: string) => void;
}

export interface CampaignResult {
  readonly violations: readonly Violation[];
  readonly blows: readonly Blow[];
  /** As they were at the end; none where it ended with a violation. */
  readonly jobs: readonly FinalJob[];
  readonly faults: ReadonlyMap<Fault["is"], number>;
  readonly requests: number;
  /** Requests that arrived after another worker had claimed their job. */
  readonly overtaken: number;
  readonly looks: number;
  readonly started: number;
  readonly diedAlone: number;
  readonly complaints: readonly string[];
  readonly seconds: number;
  /** Of the processor while the killing went on, and what the workers' places were at. */
  readonly processor: ProcessorTimes;
  readonly places: ReadonlyMap<string, number>;
  /** Until the first violation; undefined without one. */
  readonly violationAfterSeconds: number | undefined;
}

/** Everything that waits is done within this once nothing dies any more. */
const quietSecondsMax = 150;
const scanSeconds = 5;
const saySeconds = 15;

/** Kills, stops and disturbs a whole system while it works, then judges what it left. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { mix, minutesMax, seed, planted, untilViolation, keep, say } = options;
  const { wanted, workers } = mix;
  const random = (stream: number) => seeded(seed * 16 + stream);

  const isLate = latePublishes(mix.latePublishRate, random(2));
  let isDisturbed = false;
  let deal: ReturnType<typeof fateDeck> | undefined;
  await using stage = await openStage({
    workers,
    restSeconds: mix.restSeconds,
    planted,
    faultOf: faultDraw(usualRates, random(1)),
    isLate: (request) => isDisturbed && isLate(request),
    keep,
    fate({ blows }) {
      deal ??= fateDeck({
        ...mix,
        given: () => countsOf(blows),
        leaseSeconds,
        random: random(3),
      });
      return deal();
    },
  });
  if (keep) say(`Everything is kept in ${stage.folder}.`);
  const { proxy, fleet, call, folder } = stage;

  const seen = watch();
  const load = startLoad({
    ...stage,
    clips: (await makeClips(stage.ffmpeg, folder)).slice(0, mix.clips),
    pipelineId: await addCampaignModel(call),
    openMax: Math.ceil(workers * mix.jobsPerWorker),
    chances: mix.chances,
    watch: seen,
    random: random(4),
  });
  const undisturbed = await undisturbedRun(stage, load);
  say(`The undisturbed run of ${load.clips.length} clips is kept; the campaign begins.`);

  const startedAt = performance.now();
  const processorBefore = stage.processor();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  let violationAfterSeconds: number | undefined;
  const reader = startReader({
    call,
    load,
    watch: seen,
    random: random(5),
    onLook(view, result) {
      const record = load.records.get(view.job_id);
      if (!record || record.deleteAsked) return;
      const faults = isTerminal(view.status)
        ? faultsOf({ record, view, result }, undisturbed)
        : historyFaults(view, record);
      for (const what of faults) {
        seen.violations.push({ jobId: view.job_id, what });
      }
    },
  });
  const lookForOrphans = orphanWatch(stage.scratch, fleet.pids, (violation) =>
    seen.violations.push(violation),
  );
  proxy.setFaults(true);
  isDisturbed = true;
  fleet.begin();
  load.begin();
  for (let second = 1; elapsed() < minutesMax * 60; second++) {
    await sleep(1000);
    if (seen.violations.length > 0) violationAfterSeconds ??= elapsed();
    if (
      untilViolation ? violationAfterSeconds !== undefined : reached(wanted, countsOf(fleet.blows))
    )
      break;
    if (second % scanSeconds === 0) lookForOrphans();
    if (second % saySeconds === 0) say(standing());
  }
  const seconds = elapsed();
  const processor = since(processorBefore, stage.processor());
  const places = fleet.times.places();

  function standing(): string {
    const { SIGKILL, SIGSTOP, SIGTERM } = countsOf(fleet.blows);
    const jobs = `${load.records.size} jobs, ${load.open.size} open`;
    const blows = `${SIGKILL} SIGKILL, ${SIGSTOP} SIGSTOP, ${SIGTERM} SIGTERM`;
    return `${Math.round(elapsed())} s: ${blows}; ${jobs}; ${seen.violations.length} violations`;
  }
  const result = (jobs: readonly FinalJob[], more: readonly Violation[]): CampaignResult => ({
    violations: distinct([...seen.violations, ...more]),
    blows: fleet.blows,
    jobs,
    faults: proxy.counts,
    requests: proxy.requests(),
    overtaken: stage.overtaken(),
    looks: reader.looks(),
    started: fleet.started(),
    diedAlone: fleet.diedAlone(),
    complaints: [...load.complaints, ...fleet.complaints],
    seconds,
    processor,
    places,
    violationAfterSeconds,
  });

  proxy.setFaults(false);
  isDisturbed = false;
  await Promise.all([load.stop(), fleet.stop()]);
  if (untilViolation) {
    await reader.stop();
    return result([], []);
  }

  fleet.start();
  fleet.start();
  const quietAt = performance.now();
  const quietSeconds = () => Math.round((performance.now() - quietAt) / 1000);
  while (load.open.size > 0 && quietSeconds() < quietSecondsMax) await sleep(250);
  await reader.stop();
  say(`Quiet after ${quietSeconds()} s; the oracle looks at ${load.records.size} jobs.`);
  const { jobs, violations } = await finalLook(stage, load, undisturbed);
  lookForOrphans();
  await sleep(1000);
  lookForOrphans();
  return result(jobs, violations);
}

/** How many of each were dealt. */
export function countsOf(blows: readonly Blow[]): Counts {
  const count = (signal: Blow["signal"]) => blows.filter((blow) => blow.signal === signal).length;
  return { SIGKILL: count("SIGKILL"), SIGSTOP: count("SIGSTOP"), SIGTERM: count("SIGTERM") };
}

/** Whether as many of each were dealt as were wanted. */
export const reached = (wanted: Counts, had: Counts): boolean =>
  had.SIGKILL >= wanted.SIGKILL && had.SIGSTOP >= wanted.SIGSTOP && had.SIGTERM >= wanted.SIGTERM;

function distinct(violations: readonly Violation[]): Violation[] {
  return [...new Map(violations.map((each) => [`${each.jobId} ${each.what}`, each])).values()];
}
