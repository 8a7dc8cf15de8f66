import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { closeSync, existsSync, openSync, renameSync } from "node:fs";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { ready } from "./child-protocol.ts";

export interface ChildFacts {
  readonly name: string;
  readonly entry: string;
  readonly arguments: readonly string[];
  /** The child's whole environment. */
  readonly environment: NodeJS.ProcessEnv;
  readonly logPath: string;
  /** Whether the child says when it can be used; one that does not can be used at once. */
  readonly saysReady: boolean;
}

export interface SupervisorEvents {
  /** It died without being asked to; it is started again after the delay. */
  readonly onDeath: (death: { name: string; cause: string; delaySeconds: number }) => void;
  readonly onStart: (child: { name: string; pid: number }) => void;
}

export interface SupervisedChild {
  readonly name: string;
  /** Resolves once it can be used; rejects if it died before that. */
  readonly ready: Promise<void>;
  /** Asks it to end, and ends it when it does not. It is not started again. */
  stop(options: { graceSeconds: number }): Promise<void>;
  kill(): void;
}

/** A child that lived for less than this died of itself, and is started again ever more slowly. */
const shortLifeSeconds = 5;
const delaySecondsMax = 15;
/** Deaths before it was ever ready that are put down to circumstances, such as a predecessor that still holds a lock. */
const falseStartsMax = 3;
const exitWithParent = new URL("exit-with-parent.ts", import.meta.url).href;

/** Keeps a process running: whenever it dies, it is started again. Its output goes to a file. */
export function supervise(
  facts: ChildFacts,
  { onDeath, onStart }: SupervisorEvents,
): SupervisedChild {
  if (existsSync(facts.logPath)) renameSync(facts.logPath, `${facts.logPath}.1`);
  const stopped = new AbortController();
  const firstReady = Promise.withResolvers<void>();
  firstReady.promise.catch(() => undefined);
  let child: ChildProcess | undefined;
  let shortLives = 0;

  async function live(): Promise<void> {
    while (!stopped.signal.aborted) {
      const bornAt = performance.now();
      child = start(facts);
      if (child.pid !== undefined) onStart({ name: facts.name, pid: child.pid });
      if (!facts.saysReady) firstReady.resolve();
      child.once("message", (message) => message === ready && firstReady.resolve());
      const cause = await death(child);
      if (stopped.signal.aborted) return;

      const lived = (performance.now() - bornAt) / 1000;
      shortLives = lived < shortLifeSeconds ? shortLives + 1 : 0;
      if (shortLives >= falseStartsMax) {
        firstReady.reject(new Error(`${facts.name} died before it was ready (${cause})`));
      }
      const delaySeconds = shortLives && Math.min(2 ** (shortLives - 2), delaySecondsMax);
      onDeath({ name: facts.name, cause, delaySeconds });
      await sleep(delaySeconds * 1000, undefined, { signal: stopped.signal }).catch(
        () => undefined,
      );
    }
  }
  const lived = live();

  return {
    name: facts.name,
    ready: firstReady.promise,
    async stop({ graceSeconds }) {
      stopped.abort();
      child?.kill("SIGTERM");
      const timer = setTimeout(() => child?.kill("SIGKILL"), graceSeconds * 1000);
      await lived;
      clearTimeout(timer);
    },
    kill() {
      stopped.abort();
      child?.kill("SIGKILL");
    },
  };
}

function start({ entry, arguments: args, environment, logPath }: ChildFacts): ChildProcess {
  // The file itself, not a pipe through this process: a child may outlive it by some last words.
  const log = openSync(logPath, "a");
  try {
    return fork(entry, args, {
      env: environment,
      execArgv: ["--import", exitWithParent],
      // A group of its own: Ctrl-C reaches the whole terminal's, and the parent decides who ends when.
      detached: true,
      stdio: ["ignore", log, log, "ipc"],
    });
  } finally {
    closeSync(log);
  }
}

async function death(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return signal ?? `exit code ${code}`;
  } catch (error) {
    return String(error);
  }
}
