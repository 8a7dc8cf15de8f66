import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fate, Where } from "./fates.ts";
import { workerTimes } from "./processor-times.ts";
import { turnstile } from "./turnstile.ts";
import { isClaim, type ProxiedRequest } from "./proxied-request.ts";

/** A signal that a living worker was sent. */
export interface Blow {
  readonly signal: "SIGKILL" | "SIGSTOP" | "SIGTERM";
  readonly workerId: string;
  /** Epoch milliseconds; of SIGSTOP also when it went on. */
  readonly at: number;
  readonly until?: number;
  /** What it was aimed at: an age, a request, or one of the protocol's moments. */
  readonly aim: string;
  /** It had a job or a segment and had not asked for another message since. */
  readonly atWork: boolean;
}

interface Worker {
  readonly workerId: string;
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  /** Resolves at its first poll. */
  readonly ready: PromiseWithResolvers<void>;
  polled: boolean;
  atWork: boolean;
  aimed?:
    | {
        matches: (request: ProxiedRequest) => boolean;
        left: number;
        atWork: boolean;
        where: Where;
        hit: () => void;
      }
    | undefined;
}

export interface FleetOptions {
  /** The checkout whose worker is run, and the worker's file. */
  readonly root: string;
  readonly entry: string;
  readonly slots: number;
  /** What a worker is left alone before each blow. */
  readonly restSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly scratch: string;
  readonly logs: string;
  readonly fate: () => Fate;
  readonly now: () => number;
}

/** A fifth of what a start costs the processor is collecting what it allocates, unless there is room for it (measured). */
const roomToStart = ["--min-semi-space-size=16", "--max-semi-space-size=32"];
/** Longest that a fate waits for its moment once the worker polls; then it comes all the same. */
const momentSecondsMax = 8;
/** A worker that was told to stop ends within the product's own limit, and this for a busy machine. */
const endSecondsMax = 20;

/** Workers in so many places, once begun: each is started, meets its fate, and is followed by the next. */
export function startFleet(options: FleetOptions) {
  const { root, slots, environment, fate, now } = options;
  const blows: Blow[] = [];
  const complaints: string[] = [];
  const living = new Map<string, Worker>();
  const born = new Set<string>();
  const stopped = new AbortController();
  const isOver = once(stopped.signal, "abort");
  // Where all start at once none is at work in time, and those that were lose their leases.
  const starting = turnstile(availableParallelism());
  const times = workerTimes(() => performance.now());
  let serial = 0;
  let diedAlone = 0;

  function start(changes: Readonly<Record<string, string>> = {}): Worker {
    const workerId = `w${++serial}`;
    const log = openSync(join(options.logs, "fleet.log"), "a");
    const child = fork(options.entry, [], {
      cwd: root,
      env: {
        ...environment,
        WORKER_ID: workerId,
        AWS_SDK_UA_APP_ID: workerId,
        SCRATCH_DIRECTORY: options.scratch,
        ...changes,
      },
      execArgv: [...roomToStart, "--import", join(root, "local/processes/exit-with-parent.ts")],
      stdio: ["ignore", log, log, "ipc"],
    });
    closeSync(log);
    times.began(child.pid);
    times.is(workerId, "starts");
    const exited = Promise.withResolvers<void>();
    const worker: Worker = {
      workerId,
      child,
      exited: exited.promise,
      polled: false,
      atWork: false,
      ready: Promise.withResolvers<void>(),
    };
    living.set(workerId, worker);
    born.add(workerId);
    child.once("exit", () => {
      living.delete(workerId);
      times.is(workerId, undefined);
      worker.ready.resolve();
      exited.resolve();
    });
    return worker;
  }

  const alive = ({ child }: Worker) => child.exitCode === null && child.signalCode === null;

  /** True if it was alive to be hit. */
  function strike(worker: Worker, signal: Blow["signal"], aim: string, until?: number): boolean {
    if (!alive(worker)) return false;
    times.read(worker.child.pid, !worker.polled);
    if (!worker.child.kill(signal)) return false;
    if (signal === "SIGKILL") living.delete(worker.workerId);
    const { workerId, atWork } = worker;
    times.is(workerId, signal === "SIGSTOP" ? "stands still" : "ends");
    blows.push({ signal, workerId, at: now(), aim, atWork, ...(until && { until }) });
    return true;
  }

  /** Waits for the moment of the fate, and does it. */
  async function meet(worker: Worker, { signal, aim, stopSeconds }: Fate): Promise<void> {
    const { exited } = worker;
    let struck = false;
    const hit = (what: string) => {
      struck ||= strike(
        worker,
        signal,
        what,
        signal === "SIGSTOP" ? now() + stopSeconds * 1000 : undefined,
      );
    };
    if (aim.is === "birth") {
      await Promise.race([sleep(aim.milliseconds), exited]);
      hit("birth");
    } else {
      await worker.ready.promise;
      if (aim.is === "age") {
        await Promise.race([sleep(aim.milliseconds), exited, isOver]);
        hit("age");
      } else {
        const reached = Promise.withResolvers<void>();
        worker.aimed = {
          matches: aim.matches,
          left: aim.count,
          atWork: aim.atWork,
          where: aim.where,
          hit: () => {
            hit(`${aim.name}, ${aim.where}`);
            reached.resolve();
          },
        };
        await Promise.race([reached.promise, sleep(momentSecondsMax * 1000), exited]);
        worker.aimed = undefined;
        if (!struck) hit("too late");
      }
    }
    if (!struck) return;
    if (signal === "SIGSTOP") {
      await sleep(stopSeconds * 1000);
      worker.child.kill("SIGCONT");
      if (alive(worker)) times.is(worker.workerId, worker.atWork ? "works" : "asks for work");
      return;
    }
    const ended = await Promise.race([exited.then(() => true), sleep(endSecondsMax * 1000, false)]);
    if (ended) return;
    complaints.push(`${worker.workerId} did not end within ${endSecondsMax} s of ${signal}`);
    worker.child.kill("SIGKILL");
    await exited;
  }

  async function slot(_: unknown, number: number): Promise<void> {
    while (!stopped.signal.aborted) {
      times.is(`place ${number}`, "waits to start");
      await starting.enter();
      times.is(`place ${number}`, undefined);
      const worker = start();
      void worker.ready.promise.then(() => starting.leave());
      while (alive(worker) && !stopped.signal.aborted) {
        await Promise.race([sleep(options.restSeconds * 1000), worker.exited, isOver]);
        await meet(worker, fate());
      }
      if (stopped.signal.aborted) break;
      const { workerId } = worker;
      if (!blows.some((blow) => blow.workerId === workerId && blow.signal !== "SIGSTOP")) {
        diedAlone++;
        await sleep(200);
      }
    }
  }
  const running: Promise<void>[] = [];

  return {
    blows,
    complaints,
    times,
    diedAlone: () => diedAlone,
    started: () => serial,
    /** Whether it was a worker of this fleet. */
    isDead: (workerId: string) => born.has(workerId) && !living.has(workerId),
    pids: () => [...living.values()].map(({ child }) => child.pid),
    start,
    /** Starts a worker in each place, and those that follow. */
    begin: () => void running.push(...Array.from({ length: slots }, slot)),
    /** Told of each request of a worker on its way; answers whether its sender was hit. */
    sees(request: ProxiedRequest, where: Where, status?: number): boolean {
      const worker = living.get(request.sender);
      if (!worker) return false;
      if (request.action === "ReceiveMessage") {
        if (!worker.polled || worker.atWork) {
          times.read(worker.child.pid, !worker.polled);
          times.is(worker.workerId, "asks for work");
        }
        worker.polled = true;
        worker.ready.resolve();
        worker.atWork = false;
      } else if (status === 200 && isClaim(request)) {
        worker.atWork = true;
        times.is(worker.workerId, "works");
      }
      const { aimed } = worker;
      if (!aimed || aimed.where !== where || !aimed.matches(request)) return false;
      if ((aimed.atWork && !worker.atWork) || --aimed.left > 0) return false;
      worker.aimed = undefined;
      aimed.hit();
      return true;
    },
    /** No more blows: every worker is ended for good. */
    async stop(): Promise<void> {
      stopped.abort();
      for (const { child } of living.values()) {
        child.kill("SIGCONT");
        child.kill("SIGKILL");
      }
      await Promise.all(running);
      for (const { child } of living.values()) child.kill("SIGKILL");
    },
    /** After the last stop. */
    [Symbol.asyncDispose]: () => times[Symbol.asyncDispose](),
  };
}

export type Fleet = ReturnType<typeof startFleet>;
