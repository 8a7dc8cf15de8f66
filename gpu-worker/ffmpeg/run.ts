import { text } from "node:stream/consumers";
import { startChild, type Program } from "./child.ts";

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The time was up and the program was killed. */
  readonly timedOut: boolean;
}

/** Runs a program whose answer is short. */
export async function run(
  program: Program,
  args: readonly string[],
  { cwd, seconds, signal }: { cwd?: string; seconds: number; signal?: AbortSignal },
): Promise<Ran> {
  const timeout = AbortSignal.timeout(seconds * 1000);
  const child = startChild(program, args, {
    ...(cwd && { cwd }),
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  const [stdout, { code }] = await Promise.all([text(child.stdout), child.exited]);
  signal?.throwIfAborted();
  return { code, stdout, stderr: child.lastWords(), timedOut: timeout.aborted && code !== 0 };
}
