import type { Actor } from "./actor.ts";
import { calmFates } from "./chaos.ts";
import type { Fate } from "./calls.ts";
import type { CrashScenario } from "./crash-scenarios.ts";
import { runToTheEnd } from "./history.ts";
import { judge } from "./oracle.ts";
import { play } from "./people.ts";
import { randomOf } from "./random.ts";
import { noMischief } from "./simulated-queue.ts";
import { startWorkerSlot } from "./worker.ts";
import { aKnownJob, aWorld, type Plant, type World } from "./world.ts";

/** What may happen at a call: its caller dies, or the answer alone is lost and the code goes on. */
export const crashes = ["before", "applied", "after", "answer_lost"] as const;
export type Crash = (typeof crashes)[number];

/** One call of an undisturbed run, by its place among all calls. */
export interface CallSite {
  readonly at: number;
  readonly actor: string;
  readonly call: string;
}

const leaseSeconds = 6;
const seed = 4;
/** Then an idle worker asks the queue no more than once: each further time would be the same point again. */
const restlessSeconds = 5;

/** Plays a scenario, with a crash at one call or with none, and tells what was wrong at the end and which calls there were. */
export async function runCrashPoint(
  scenario: CrashScenario,
  point?: { readonly at: number; readonly crash: Crash },
  { plant = {}, trace }: { plant?: Plant; trace?: (line: string) => void } = {},
): Promise<{ readonly violations: readonly string[]; readonly calls: readonly CallSite[] }> {
  const random = randomOf(seed);
  const calls: CallSite[] = [];
  const quick = calmFates(random);

  function fates(actor: Actor, call: string): Fate {
    const at = calls.length;
    calls.push({ at, actor: actor.name.replace(/[.-]?\d+$/, ""), call });
    const fate = quick(actor, call);
    if (at !== point?.at) return fate;
    return point.crash === "answer_lost"
      ? { ...fate, ends: "answer_lost" }
      : { ...fate, dies: point.crash };
  }

  const world = aWorld({
    random,
    leaseSeconds,
    receivesMax: 50,
    fates,
    mischief: noMischief,
    staleIndex: 0,
    plant,
    ...(trace && { trace }),
  });
  const job = aKnownJob(scenario.video, scenario.trouble);
  world.jobs.push(job);

  await runToTheEnd(world, {
    chaosSeconds: restlessSeconds,
    sweepSeconds: 2,
    begin() {
      startTwoWorkers(world, scenario);
      void play(world, job, scenario.doings);
    },
  });
  if (world.violations.length === 0) {
    judge(world, { mustComplete: true, mayDeadLetter: false });
    const row = job.jobId && world.rows.get(job.jobId);
    const end = row ? row.status : "gone";
    if (!scenario.ends.includes(end)) world.violation(`the job is ${end}`);
    if (point && calls.length <= point.at) world.violation("the point was never reached");
  }
  return { violations: world.violations, calls };
}

function startTwoWorkers(world: World, { holder, rareEngine }: CrashScenario): void {
  let tries = 0;
  const slots = ["worker1", "worker2"].map((name) => {
    let lives = 0;
    return startWorkerSlot(world, {
      name,
      engine: () => (rareEngine && name === "worker2" && ++lives === 1 ? "b" : "a"),
      clockOffset: () => 0,
      restartSeconds: () => 1,
      troubled: () => ++tries,
    });
  });
  let isDone = holder === undefined;
  world.onMoved.push(({ status, workerId }) => {
    if (isDone || status !== "running" || workerId === undefined) return;
    isDone = true;
    world.time.after(500, undefined, () => {
      const slot = slots.find(({ actor }) => actor.name === workerId);
      if (holder === "told to stop") slot?.terminate();
      else if (slot) slot.actor.frozenUntil = world.time.now() + 2 * leaseSeconds * 1000;
    });
  });
}
