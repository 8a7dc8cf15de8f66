import { chaoticFates } from "./chaos.ts";
import { runToTheEnd } from "./history.ts";
import { judge } from "./oracle.ts";
import { play } from "./people.ts";
import { randomOf, type Random } from "./random.ts";
import { scenarioOf, type Scenario } from "./scenario.ts";
import { startWorkerSlot, type WorkerSlot } from "./worker.ts";
import { aKnownJob, aWorld, type Plant, type World } from "./world.ts";

export interface HistoryOutcome {
  readonly violations: readonly string[];
  readonly events: number;
  /** Milliseconds of virtual time. */
  readonly elapsed: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** Plays the history of a seed: the same one each time. */
export async function runHistory(
  seed: number,
  { plant = {}, trace }: { plant?: Plant; trace?: (line: string) => void } = {},
): Promise<HistoryOutcome> {
  const random = randomOf(seed);
  const scenario = scenarioOf(random);
  const { chaos, leaseSeconds, receivesMax } = scenario;
  trace?.(`seed ${seed}: ${JSON.stringify(scenario)}`);

  const fates = chaoticFates(chaos, {
    random,
    isChaos: () => world.state.isChaos,
    count: (what) => world.count(what),
  });
  const world: World = aWorld({
    random,
    leaseSeconds,
    receivesMax,
    fates,
    mischief: chaos.mischief,
    staleIndex: chaos.staleIndex,
    plant,
    ...(trace && { trace }),
  });
  const startedAt = world.time.now();

  const events = await runToTheEnd(world, {
    ...scenario,
    begin() {
      const slots = startWorkers(world, scenario, random);
      if (scenario.garbage) world.work.send(JSON.stringify({ version: 2 }));
      disturb(world, scenario, slots, random);
      for (const { video, trouble, doings } of scenario.jobs) {
        const job = aKnownJob(video, trouble);
        world.jobs.push(job);
        const event = !random.chance(chaos.eventLost);
        void play(world, job, { ...doings, event });
      }
    },
  });
  if (world.violations.length === 0) {
    // Workers whose clocks are minutes apart take each other's leases for as long as it lasts.
    const mayDeadLetter = receivesMax < 50 || chaos.clockOffsetSecondsMax > 0;
    judge(world, { mustComplete: scenario.isMild, mayDeadLetter });
  }
  for (const { status } of world.rows.values()) world.count(`job ${status}`);
  const { violations, counts } = world;
  return { violations, events, counts, elapsed: world.time.now() - startedAt };
}

function startWorkers(world: World, { workers, chaos }: Scenario, random: Random): WorkerSlot[] {
  const tries = new Map<string, number>();
  return workers.map(({ engine, engineLater }, index) =>
    startWorkerSlot(world, {
      name: `worker${index + 1}`,
      engine: () => (world.state.isChaos ? engine : engineLater),
      clockOffset: () => random.between(-1, 1) * chaos.clockOffsetSecondsMax * 1000,
      restartSeconds: () => random.between(0.5, 5),
      troubled(jobId, run) {
        const name = `${jobId} ${run}`;
        tries.set(name, (tries.get(name) ?? 0) + 1);
        return tries.get(name)!;
      },
    }),
  );
}

/** What happens to processes at moments of its own, not at calls. */
function disturb(
  world: World,
  { chaos, chaosSeconds, leaseSeconds }: Scenario,
  slots: readonly WorkerSlot[],
  random: Random,
): void {
  function atTimes(perMinute: number, happens: (slot: WorkerSlot) => void): void {
    if (perMinute === 0) return;
    const gap = () => (-Math.log(1 - random.next()) * 60) / perMinute;
    for (let at = gap(); at <= chaosSeconds; at += gap()) {
      const slot = random.pick(slots);
      world.time.after(at * 1000, undefined, () => happens(slot));
    }
  }
  const freeze = ({ actor }: WorkerSlot): void => {
    const seconds = random.between(0.3, 3) * leaseSeconds;
    world.say(actor.name, `stands still for ${seconds.toFixed(1)} s`);
    world.count(seconds > leaseSeconds ? "worker frozen past its lease" : "worker frozen");
    actor.frozenUntil = world.time.now() + seconds * 1000;
  };
  const stop = ({ terminate }: WorkerSlot): void => {
    world.count("worker told to stop");
    terminate();
  };
  atTimes(chaos.freezesPerMinute, freeze);
  atTimes(chaos.stopsPerMinute, stop);
  atTimes(chaos.clockJumpsPerMinute, ({ actor }) => {
    actor.clockOffset = random.between(-600, 600) * 1000;
    world.say(actor.name, `its clock jumps to ${(actor.clockOffset / 1000).toFixed(0)} s off`);
    world.count("clock jump");
  });

  // What happens right after a row has changed is met far too rarely by chance.
  world.onMoved.push(({ workerId, cancelRequestedAt }) => {
    const isLikely = cancelRequestedAt === undefined ? 0.05 : 0.5;
    if (!world.state.isChaos || workerId === undefined || !random.chance(isLikely)) return;
    const kinds = [
      ...(chaos.stopsPerMinute > 0 ? [stop] : []),
      ...(chaos.freezesPerMinute > 0 ? [freeze] : []),
    ];
    const slot = slots.find(({ actor }) => actor.name === workerId);
    if (!slot || kinds.length === 0) return;
    const happens = random.pick(kinds);
    world.time.after(random.next() * 1000, undefined, () => happens(slot));
  });
}
