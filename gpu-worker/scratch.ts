import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** A worker's place on disk: one folder per job, gone with it. */
export interface Scratch {
  /** This process's alone. */
  readonly path: string;
  /** A fresh folder that disappears when disposed of. */
  readonly folder: () => Promise<{ readonly path: string } & AsyncDisposable>;
  readonly remove: () => Promise<void>;
}

const removed = (path: string) => rm(path, { recursive: true, force: true, maxRetries: 3 });

/**
 * Takes a folder for this process below the directory, which several workers may share, and clears what processes
 * left there that did not live to do it.
 */
export async function openScratch(
  directory: string,
  { pid, isAlive }: { pid: number; isAlive: (pid: number) => boolean },
): Promise<Scratch> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const name of await readdir(directory)) {
    const owner = Number(/^worker-(\d+)$/.exec(name)?.[1]);
    if (owner === pid || (owner && !isAlive(owner))) await removed(join(directory, name));
  }
  const own = join(directory, `worker-${pid}`);
  await mkdir(own, { mode: 0o700 });
  return {
    path: own,
    async folder() {
      const path = await mkdtemp(join(own, "job-"));
      return { path, [Symbol.asyncDispose]: () => removed(path) };
    },
    remove: () => removed(own),
  };
}

/** Whether a process of this machine lives. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
