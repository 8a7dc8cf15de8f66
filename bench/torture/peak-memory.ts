import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";

/** The largest resident size of any child of this process while something runs, in MiB; Linux only, 0 elsewhere. */
export async function withPeakMemory<T>(work: () => Promise<T>): Promise<[T, number]> {
  const done = new AbortController();
  let peak = 0;
  const watching = (async () => {
    while (!done.signal.aborted) {
      peak = Math.max(peak, ...(await Promise.all((await children()).map(residentMebibytes))));
      await wait(5);
    }
  })();
  try {
    const result = await work();
    return [result, peak];
  } finally {
    done.abort();
    await watching;
  }
}

async function children(): Promise<string[]> {
  const path = `/proc/self/task/${process.pid}/children`;
  return (await readFile(path, "utf8").catch(() => "")).split(" ").filter(Boolean);
}

async function residentMebibytes(pid: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
