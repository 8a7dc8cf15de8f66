import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { setPriority } from "node:os";
import { Readable } from "node:stream";
import { createInterface } from "node:readline";

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
  { path, prefix, environment }: Program,
  args: readonly string[],
  {
    cwd,
    signal,
    stdout,
    onLine,
    inBackground = false,
  }: {
    cwd?: string;
    signal?: AbortSignal;
    stdout?: Socket;
    onLine?: (line: string) => void;
    /** It gets what the others leave of the processor. */
    inBackground?: boolean;
  } = {},
): Child {
  const command = [...prefix, path, ...args];
  const child = spawn(command[0]!, command.slice(1), {
    ...(cwd && { cwd }),
    stdio: ["ignore", stdout ?? "pipe", "pipe"],
    detached: process.platform !== "win32",
    env: environment,
    windowsHide: true,
  });
  // `close` comes after the last line of stderr, `exit` may not. Listened for first: what cannot be started says so at once.
  const exited = once(child, "close").then(([code, killedBy]) => {
    signal?.removeEventListener("abort", kill);
    return { code: code as number | null, signal: killedBy as NodeJS.Signals | null };
  });
  exited.catch(() => {});
  if (inBackground && child.pid !== undefined) yieldTo(child.pid);

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

/** Before it has threads, which would keep the priority that they were born with. */
function yieldTo(pid: number): void {
  try {
    setPriority(pid, backgroundNiceness);
  } catch {
    // It may have ended already.
  }
}
