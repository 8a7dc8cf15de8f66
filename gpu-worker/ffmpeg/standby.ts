import { closeSync, constants, openSync } from "node:fs";
import { join } from "node:path";
import { startChild, type Child, type Program } from "./child.ts";
import type { FramePipe } from "./frame-pipe.ts";

/**
 * A program that was started ahead of its work. To load and link ffmpeg takes longer than to read a short video's
 * headers; this one has that behind it and waits at its gate, a named pipe that it opens before it does anything else.
 */
export interface Standby {
  /** Lets it go on, if it is there still and was started with these very words; else ends it: then start another one. */
  readonly adopt: (
    args: readonly string[],
    how: { signal?: AbortSignal; onLine?: (line: string) => void },
  ) => Child | undefined;
  /** Ends it, unless it was adopted. */
  readonly dismiss: () => void;
}

/** One whose pictures come through a pipe. */
export interface StandbyDecoder extends Standby {
  readonly pipe: FramePipe;
}

/** Whether the program ends with the worker however that dies; one that waits would not notice it by itself. */
export const canStandBy = ({ sandbox, prefix }: Program): boolean =>
  sandbox !== undefined || prefix.includes("--pdeathsig");

/**
 * Starts a program whose gate is a named pipe in its folder. FFmpeg's programs open the file of a report (`FFREPORT`)
 * first of all, which the kernel grants once somebody reads; level -8 has nothing reported but the command line.
 */
export function standby(
  program: Program,
  args: readonly string[],
  { cwd, gate, pipe }: { cwd: string; gate: string; pipe?: FramePipe },
): Standby {
  const FFREPORT = `file=${gate}:level=-8`;
  let hear: ((line: string) => void) | undefined;
  let [over, adopted] = [false, false];
  const child = startChild(
    { ...program, environment: { ...program.environment, FFREPORT } },
    args,
    { cwd, ...(pipe && { stdout: pipe.writeEnd }), onLine: (line) => hear?.(line) },
  );
  pipe?.handedOver();
  const ended = child.exited.then(
    () => void (over = true),
    () => void (over = true),
  );
  const dismiss = (): void => {
    if (!adopted) child.kill();
  };

  return {
    adopt(wanted, { signal, onLine }) {
      const isTheOne =
        wanted.length === args.length && wanted.every((word, at) => word === args[at]);
      if (over || adopted || !isTheOne) {
        dismiss();
        return undefined;
      }
      adopted = true;
      hear = onLine;
      // It may not have come to its gate yet, so without waiting; and at once, so that nothing comes before somebody reads.
      const reader = openSync(join(cwd, gate), constants.O_RDONLY | constants.O_NONBLOCK);
      const kill = () => child.kill();
      if (signal?.aborted) kill();
      signal?.addEventListener("abort", kill, { once: true });
      // To its end: a report that nobody reads would end it.
      void ended.finally(() => {
        signal?.removeEventListener("abort", kill);
        closeSync(reader);
      });
      return child;
    },
    dismiss,
  };
}
