import { readdirSync, readFileSync } from "node:fs";

/** The processes in whose command lines all of these words stand (Linux). */
export const processesNaming = (...words: readonly string[]): readonly number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => words.every((word) => commandLine(pid).includes(word)))
    .map(Number);

/** Whose child a process is. */
export const parentOf = (pid: number): number =>
  Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]);

/** Sends a signal to all of these that are still there. */
export function killAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // It has ended meanwhile.
  }
}
