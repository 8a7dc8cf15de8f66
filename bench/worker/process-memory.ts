import { readdirSync, readFileSync } from "node:fs";

/** Follows the memory of a process and all that it starts, until `stop`; the most that was resident at once, in MB. */
export function followMemory(pid: number): { readonly stop: () => number | undefined } {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, residentBytes(pid));
  };
  // Seldom: looking costs what is measured.
  const timer = setInterval(look, 1000);
  return {
    stop() {
      clearInterval(timer);
      look();
      return peak > 0 ? peak / 1e6 : undefined;
    },
  };
}

/** Linux only: elsewhere 0, which is said as "not measured". */
function residentBytes(root: number): number {
  if (process.platform !== "linux") return 0;
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    const stat = read(`/proc/${name}/stat`);
    // The name in brackets may hold anything, blanks too.
    const parent = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const family = new Set([root]);
  let size = 0;
  while (size < family.size) {
    size = family.size;
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid);
  }
  return [...family].reduce((sum, pid) => {
    // What several processes share, libraries above all, counts once: each has its part (Pss).
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? "")?.[1];
    return sum + Number(kilobytes ?? 0) * 1024;
  }, 0);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
