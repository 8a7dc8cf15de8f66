import { startFunctions, runSweeper } from "./functions.ts";
import { inPlaceOfTimers } from "./virtual-time.ts";
import type { World } from "./world.ts";

/** Events after which a history counts as one that never ends. */
const eventsMax = 40_000;
const daysMax = 7;

/**
 * Lets a world run until nothing is left to do. Disturbances end after `chaosSeconds`; the sweeper looks whenever a row is
 * due, but not more often than every `sweepSeconds`. Answers how many events there were.
 */
export async function runToTheEnd(
  world: World,
  {
    chaosSeconds,
    sweepSeconds,
    begin,
  }: { chaosSeconds: number; sweepSeconds: number; begin: () => void },
): Promise<number> {
  const { time, rows, violations, state, plant, say, random } = world;
  using _timers = inPlaceOfTimers(time);
  const startedAt = time.now();
  let sweptAt = -Infinity;
  let events = 0;

  startFunctions(world);
  begin();
  time.after(chaosSeconds * 1000, undefined, () => {
    say("world", "is calm from now on");
    state.isChaos = false;
  });
  await time.settle();

  const nextSweep = (): number => {
    let dueAt = Infinity;
    for (const row of rows.values())
      if (row.dueAt !== undefined && row.dueAt < dueAt) dueAt = row.dueAt;
    return plant.noSweeper
      ? Infinity
      : Math.max(time.now(), sweptAt + sweepSeconds * 1000, dueAt + 1);
  };

  while (violations.length === 0) {
    const sweepAt = nextSweep();
    const eventAt = time.next();
    if (sweepAt === Infinity && eventAt === Infinity) break;
    events++;
    if (sweepAt < eventAt) {
      time.skipTo(sweepAt);
      sweptAt = sweepAt;
      runSweeper(world);
      // The schedule promises to fire at least once.
      if (state.isChaos && random.chance(0.1)) runSweeper(world);
      await time.settle();
    } else await time.step();

    if (events > eventsMax || time.now() - startedAt > daysMax * 24 * 3600_000) {
      world.violation("something is due for good");
    }
  }
  return events;
}
