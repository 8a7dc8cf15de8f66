import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { setPriority } from "node:os";
import { Readable, type Writable } from "node:stream";
import { createInterface } from "node:readline";
import { signalOf } from "./ended-by.ts";
import type { Sandbox } from "./sandbox.ts";

/** An ffmpeg or ffprobe that runs. */
export interface Child {
  /** Empty where the child was given another one. */
  readonly stdout: Readable;
  /** Lines of stderr, drained from the start; the last ones stay for messages. */
  readonly lastWords: () => string;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Ends the child and all that it started, at once. */
  readonly kill: () => void;
}

export interface Program {
  readonly path: string;
  /**
   * Words in front of the path, so that the kernel ends the child with the worker, even one that dies by SIGKILL
   * (`setpriv --pdeathsig KILL`). Where there is none, the broken pipe ends it at its next frame.
   */
  readonly prefix: readonly string[];
  /** Where it can, it runs apart from all that is the worker's. Then the prefix comes inside. */
  readonly sandbox?: Sandbox | undefined;
  /** Where `prlimit` is, on systems that have it. */
  readonly prlimit?: string | undefined;
  /** The only variables that it sees. */
  readonly environment: Readonly<Record<string, string>>;
}

const lastWordsMax = 20;
/** Below everything that is in a hurry, above what is only to run on an idle machine. */
const backgroundNiceness = 10;

/** Starts a program in its own process group, stdin closed, stderr drained, killed when the signal aborts. */
export function startChild(
  { path, prefix, sandbox, environment }: Program,
  args: readonly string[],
  {
    cwd,
    writes = false,
    signal,
    stdout,
    onLine,
    inBackground = false,
  }: {
    cwd?: string;
    /** It makes files in `cwd`; others cannot, where there is a sandbox. */
    writes?: boolean;
    signal?: AbortSignal;
    stdout?: Socket;
    onLine?: (line: string) => void;
    /** It gets what the others leave of the processor. */
    inBackground?: boolean;
  } = {},
): Child {
  const apart = sandbox?.words(path, { folder: cwd, writes }) ?? [];
  // Inside, by a word: the process that is known here has another one start the program.
  const nice = sandbox && inBackground ? ["nice", "-n", String(backgroundNiceness)] : [];
  const command = [...apart, ...nice, ...prefix, path, ...args];
  const child = spawn(command[0]!, command.slice(1), {
    ...(cwd && !sandbox && { cwd }),
    stdio: ["ignore", stdout ?? "pipe", "pipe", ...(sandbox ? ["pipe" as const] : [])],
    detached: process.platform !== "win32",
    env: environment,
    windowsHide: true,
  });
  // `close` comes after the last line of stderr, `exit` may not. Listened for first: what cannot be started says so at once.
  const exited = once(child, "close").then(([code, killedBy]) => {
    signal?.removeEventListener("abort", kill);
    const exit = { code: code as number | null, signal: killedBy as NodeJS.Signals | null };
    const inside = sandbox ? signalOf(exit.code, words) : undefined;
    return inside ? { code: null, signal: inside } : exit;
  });
  exited.catch(() => {});
  if (inBackground && !sandbox && child.pid !== undefined) yieldTo(child.pid);
  if (sandbox) hand(sandbox.filter, child.stdio[3] as Writable | undefined);

  const words: string[] = [];
  // Without a free file handle there is no stream, whatever the types say.
  const stderr = (child.stderr as Readable | undefined) ?? Readable.from([]);
  createInterface({ input: stderr, crlfDelay: Infinity }).on("line", (line) => {
    onLine?.(line);
    if (words.push(line.slice(0, 300)) > lastWordsMax) words.shift();
  });

  const kill = (): void => {
    if (child.pid === undefined || child.exitCode !== null) return;
    try {
      if (process.platform === "win32") child.kill("SIGKILL");
      else process.kill(-child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
  };
  if (signal?.aborted) kill();
  signal?.addEventListener("abort", kill, { once: true });

  return {
    stdout: child.stdout ?? Readable.from([]),
    lastWords: () => words.join("\n"),
    exited,
    kill,
  };
}

/** The sandbox reads it to its end before the program begins. */
function hand(filter: Buffer, to: Writable | undefined): void {
  // What cannot be started, or ends at once, says so by its exit.
  to?.on("error", () => {});
  to?.end(filter);
}

/** Before it has threads, which would keep the priority that they were born with. */
function yieldTo(pid: number): void {
  try {
    setPriority(pid, backgroundNiceness);
  } catch {
    // It may have ended already.
  }
}
