import { limits } from "../../../contracts/limits.ts";
import type { Scaler } from "./scalers.ts";
import { hindsight } from "./scalers.ts";
import type { Trace } from "./trace.ts";
import { stepSeconds, World } from "./world.ts";

/** What the scaler must keep to. */
export const bars = {
  zeroSecondsMax: 30 * 60,
  wakeSecondsMax: 2 * limits.scaleSeconds,
  turnsPerTenMinutes: 1,
  costRatioMax: 1.3,
} as const;

const horizonSeconds = 60 * 3600;
const tenMinutes = 600;

export interface Played {
  readonly world: World;
  readonly wakeSeconds: number;
  readonly zeroSeconds: number;
  readonly turns: number;
  readonly tasksMost: number;
  readonly isDone: boolean;
}

/**
 * What nobody can know beforehand. A worker of others that comes while ours boots, or a Spot instance that goes at the end
 * of a long video, makes any scaler dear by any factor: of such traces the sum is held to the bar, of the rest each one.
 */
export type Luck = "none" | "Spot" | "others";

export interface Outcome extends Played {
  readonly seed: number;
  readonly kind: string;
  /** Seconds of GPUs that the cheapest plan in hindsight pays. */
  readonly clairvoyantPaid: number;
  /** What is paid against it; 1 where nothing is. */
  readonly ratio: number;
  readonly luck: Luck;
  readonly violations: readonly string[];
}

/** Plays a trace with the scaler and with the plans in hindsight, and says what was not kept. */
export function runTrace(trace: Trace, scaler: Scaler): Outcome {
  const played = play(trace, scaler);
  const { paid } = played.world;
  const cheapest = clairvoyantPaid(trace, played);
  const ratio = paid === 0 ? 1 : paid / cheapest;
  const luck = trace.others.length > 0 ? "others" : trace.kills.length > 0 ? "Spot" : "none";
  return {
    ...played,
    seed: trace.seed,
    kind: trace.kind,
    clairvoyantPaid: cheapest,
    ratio,
    luck,
    violations: violationsOf(trace, played, luck === "none" ? ratio : 0),
  };
}

/**
 * What the cheapest plan pays that knows the whole trace. One worker at a time is the cheapest of all that never let work wait
 * with nobody there: each further one adds its own start and idle end, and makes gaps in which all are idle sooner. Where
 * others come, that plan would leave them the work for hours: there a plan must not let anything wait longer than the scaler did.
 */
function clairvoyantPaid(trace: Trace, { world: { longestWait } }: Played): number {
  const alone = play(trace, hindsight(1)).world;
  if (trace.others.length === 0 || alone.longestWait <= longestWait) return alone.paid;
  let cheapest = Infinity;
  for (let most = 2; most <= trace.workersMax; most++) {
    const { world } = play(trace, hindsight(most));
    if (world.longestWait <= longestWait) cheapest = Math.min(cheapest, world.paid);
  }
  return Number.isFinite(cheapest) ? cheapest : alone.paid;
}

function violationsOf(trace: Trace, played: Played, ratio: number): string[] {
  const { world, wakeSeconds, zeroSeconds, turns, tasksMost, isDone } = played;
  const found: [boolean, string][] = [
    [!isDone, "work is left"],
    [world.stoppedBusy > 0, "a busy worker was stopped"],
    [zeroSeconds > bars.zeroSecondsMax, `not at zero after ${zeroSeconds} s`],
    [wakeSeconds > bars.wakeSecondsMax, `woke after ${wakeSeconds} s`],
    [turns > bars.turnsPerTenMinutes, `turned ${turns} times in ten minutes`],
    [tasksMost > trace.workersMax, `${tasksMost} tasks of ${trace.workersMax}`],
    [ratio > bars.costRatioMax, `costs ${ratio.toFixed(2)} times the clairvoyant`],
  ];
  return found.flatMap(([isSo, words]) => (isSo ? [words] : []));
}

function play(trace: Trace, scaler: Scaler): Played {
  const world = new World(trace);
  let nextTick = (trace.seed % 12) * stepSeconds;
  let asleepSince: number | undefined;
  let wakeSeconds = 0;
  let tasksMost = 0;
  let arrived = 0;
  const turns = turnCounter();

  while (world.time < horizonSeconds) {
    world.step();
    const before = arrived;
    while ((trace.arrivals[arrived]?.at ?? Infinity) <= world.time) arrived++;
    // Every other event is lost: the schedule repairs it.
    const isTold = arrived > before && (trace.seed + arrived) % 2 === 0;
    if (isTold || world.time >= nextTick) {
      if (world.time >= nextTick) nextTick += limits.scaleSeconds;
      const wanted = scaler(world);
      if (wanted > 0) world.start(wanted);
      else if (wanted < 0) world.stop(-wanted);
    }

    const tasks = world.ours.length;
    tasksMost = Math.max(tasksMost, tasks);
    turns.see(world);
    asleepSince = isAsleep(world) ? (asleepSince ?? world.time) : undefined;
    if (asleepSince !== undefined) wakeSeconds = Math.max(wakeSeconds, world.time - asleepSince);
    if (world.isDone && tasks === 0) break;
  }
  return {
    world,
    wakeSeconds,
    zeroSeconds: world.paid === 0 ? 0 : world.time - world.lastWorkAt,
    turns: turns.most(),
    tasksMost,
    isDone: world.isDone,
  };
}

/** Work waits, nobody is there or on the way, and the counts, which are late, leave room to say so; and there is capacity. */
function isAsleep(world: World): boolean {
  return (
    world.waiting.length > 0 &&
    world.workers.length === 0 &&
    world.ghosts.length === 0 &&
    world.seen().starting === 0 &&
    world.seen().running < world.trace.workersMax &&
    // One that Spot took before its first sign is known to be gone when the counts say so.
    world.time - world.lastStartAt > limits.countsLagSeconds &&
    world.hasCapacity
  );
}

/**
 * How often, at most, the number of tasks turned from falling to rising within ten minutes where neither new work after a
 * pause nor a loss to Spot explains it: workers left although something waited soon after, and others were started.
 */
function turnCounter() {
  const at: number[] = [];
  let last = 0;
  let killed = 0;
  let fell = false;
  let most = 0;
  return {
    see(world: World): void {
      const tasks = world.ours.length;
      if (world.isEmpty) fell = false;
      else if (tasks < last - (world.killed - killed)) fell = true;
      if (tasks > last && fell) {
        fell = false;
        at.push(world.time);
        most = Math.max(most, at.filter((turn) => turn > world.time - tenMinutes).length);
      }
      last = tasks;
      killed = world.killed;
    },
    most: () => most,
  };
}
