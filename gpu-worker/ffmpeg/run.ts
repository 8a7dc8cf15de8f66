import { text } from "node:stream/consumers";
import { startChild, type Program } from "./child.ts";
import type { Standby } from "./standby.ts";

export interface Ran {
  readonly code: number | null;
  /** What ended it, if it did not end by itself. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The time was up and the program was killed. */
  readonly timedOut: boolean;
  /** It wrote more lines to stderr than it may, and was killed. */
  readonly wordy: boolean;
}

/** Runs a program whose answer is short. */
export async function run(
  program: Program,
  args: readonly string[],
  {
    cwd,
    writes = false,
    seconds,
    linesMax = Infinity,
    signal,
    standby,
  }: {
    cwd?: string;
    writes?: boolean;
    seconds: number;
    linesMax?: number;
    signal?: AbortSignal;
    /** Taken where it can be, instead of a new start. */
    standby?: Standby | undefined;
  },
): Promise<Ran> {
  const timeout = AbortSignal.timeout(seconds * 1000);
  const enough = new AbortController();
  let lines = 0;
  const how = {
    signal: AbortSignal.any([timeout, enough.signal, ...(signal ? [signal] : [])]),
    onLine: () => {
      if (++lines > linesMax) enough.abort();
    },
  };
  const child =
    standby?.adopt(args, how) ?? startChild(program, args, { ...(cwd && { cwd }), writes, ...how });
  const [stdout, { code, signal: endedBy }] = await Promise.all([text(child.stdout), child.exited]);
  signal?.throwIfAborted();
  const timedOut = timeout.aborted && code !== 0;
  const wordy = enough.signal.aborted;
  return { code, signal: endedBy, stdout, stderr: child.lastWords(), timedOut, wordy };
}
