import { keys } from "../../../contracts/keys.ts";
import { limits } from "../../../contracts/limits.ts";
import type { Log } from "../../../gpu-worker/log.ts";
import { workOnMessages } from "../../../gpu-worker/work-on-messages.ts";
import { anActor, kill, type Actor } from "./actor.ts";
import { isInjected } from "./calls.ts";
import { engineOf, fakeStages } from "./fake-video.ts";
import { portsOf } from "./ports.ts";
import { randomOf } from "./random.ts";
import type { World } from "./world.ts";

/** A worker's place: processes follow one another there, each with a life of its own. */
export interface WorkerSlot {
  /** The process that is there now. */
  actor: Actor;
  /** As SIGTERM, with SIGKILL for who does not listen. */
  terminate: () => void;
}

export interface WorkerSlotOptions {
  readonly name: string;
  /** The engine of the next process: the same bytes come from the same engine only. */
  readonly engine: () => string;
  readonly clockOffset: () => number;
  readonly restartSeconds: () => number;
  /** Counts tries of troubled segments over all lives. */
  readonly troubled: (jobId: string, run: number) => number;
}

/** Starts the real worker's loop in a process of the world, and another one after its end. */
export function startWorkerSlot(world: World, options: WorkerSlotOptions): WorkerSlot {
  const { time, count } = world;
  const slot = {} as WorkerSlot;
  let lives = 0;

  function start(): void {
    const actor = anActor(`${options.name}.${++lives}`, "worker", () => {
      count("worker killed");
      world.say(actor.name, "is dead");
      time.after(options.restartSeconds() * 1000, undefined, start);
    });
    actor.clockOffset = options.clockOffset();
    const shutdown = new AbortController();
    slot.actor = actor;
    slot.terminate = () =>
      time.after(0, actor, () => {
        if (shutdown.signal.aborted) return;
        world.say(actor.name, "is told to stop");
        shutdown.abort();
        time.after(limits.releaseSeconds * 1000, undefined, () => kill(actor));
      });
    time.after(0, actor, () => void liveOn(actor, shutdown.signal));
  }

  async function liveOn(actor: Actor, shutdown: AbortSignal): Promise<void> {
    try {
      await live(world, actor, options, shutdown);
      world.say(actor.name, "has stopped");
      actor.onDeath = () => {};
      kill(actor);
      time.after(options.restartSeconds() * 1000, undefined, start);
    } catch (error) {
      world.violation(`a worker ended with ${String(error)}`);
    }
  }

  start();
  return slot;
}

/** The worker, without what finds out about the machine. */
async function live(
  world: World,
  actor: Actor,
  { engine, troubled }: WorkerSlotOptions,
  shutdown: AbortSignal,
): Promise<void> {
  const { time, timing, plant } = world;
  const ports = portsOf(world, actor);
  const { next: random } = randomOf(world.random.whole(0, 0xffffffff));
  let nonces = 0;
  const stages = fakeStages({
    bucket: ports.bucket,
    engine: engineOf(engine()),
    videoOf: world.knownJob,
    troubled,
    die: () => {
      world.say(actor.name, "is poisoned");
      actor.doomed = true;
      time.after(0, undefined, () => kill(actor));
    },
    artifactKey: ({ jobId, run, fence }, name) =>
      plant.sharedResultKey
        ? `${keys.resultFolder(jobId)}latest/${name}`
        : keys.artifact(jobId, run, fence, name),
  });
  await workOnMessages({
    ...ports,
    timing,
    workerId: actor.name,
    shutdown,
    now: () => time.now() + actor.clockOffset,
    monotonic: time.now,
    random,
    newNonce: () => `${actor.name}#${++nonces}`,
    log: logOf(world, actor),
    stages,
  }).until();
}

/** The worker's log: what it calls an error must have been planted. */
function logOf(world: World, actor: Actor): Log {
  const line = (level: string, message: string, fields: object = {}): void => {
    const words = Object.values(fields).map(String).join(" ");
    if (level !== "DEBUG") world.say(actor.name, `log: ${message} ${words}`);
    if (level === "ERROR" && !isInjected(words)) {
      world.violation(`${actor.name} logged an error that nobody planted: ${message} ${words}`);
    }
  };
  const log: Log = Object.assign(line, { with: () => log });
  return log;
}
