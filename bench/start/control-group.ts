import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A group of processes whose processor time the kernel adds up, those that nobody waits for included. */
export interface ControlGroup extends AsyncDisposable {
  /** Words in front of a program's, which start it in the group. */
  readonly words: readonly string[];
  /** Takes a process in that runs already, with what it starts from now on. */
  readonly add: (pid: number) => void;
  /** User and system time so far of all that was ever in it. */
  readonly processorSeconds: () => number;
}

/** Makes a group (cgroup v2), or answers why not. */
export function controlGroup(): ControlGroup | string {
  const mount = /^\S+ (\S+) cgroup2 /m.exec(readOr("/proc/mounts", ""))?.[1];
  if (mount === undefined) return "there is no cgroup v2 here";
  const folder = join(mount, `framequeue-start-${process.pid}`);
  try {
    mkdirSync(folder);
  } catch (error) {
    return `no cgroup can be made: ${String(error)}`;
  }
  return {
    words: ["/bin/sh", "-c", `echo $$ > ${folder}/cgroup.procs; exec "$@"`, "sh"],
    add: (pid) => writeFileSync(join(folder, "cgroup.procs"), `${pid}`),
    processorSeconds() {
      const stat = readFileSync(join(folder, "cpu.stat"), "utf8");
      return Number(/^usage_usec (\d+)/m.exec(stat)![1]) / 1e6;
    },
    async [Symbol.asyncDispose]() {
      // What sees to it that nothing outlives the worker looks twice, and outlives it by a second.
      while (readFileSync(join(folder, "cgroup.procs"), "utf8") !== "") await sleep(50);
      rmdirSync(folder);
    },
  };
}

/** User and system time so far of a process by itself, by proc(5). */
export function processorSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // Behind the name, which may hold spaces, the state is field 3.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[14 - 3]) + Number(fields[15 - 3])) / ticksPerSecond();
}

let ticks: number | undefined;
const ticksPerSecond = () =>
  (ticks ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" })));

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise;
  }
}
