import { CommandError, UsageError } from "../faults.ts";

/** Which GPUs workers are started on, by CUDA's numbers; undefined: one worker, and it looks for itself. */
export function chooseGpus(flag: string, found: readonly string[]): readonly string[] | undefined {
  if (flag === "none") return undefined;
  if (flag === "all") return found.length === 0 ? undefined : found;
  const count = Number(flag);
  if (!Number.isInteger(count) || count < 1) {
    throw new UsageError(`--gpus takes all, none or how many; not ${flag}.`);
  }
  if (count <= found.length) return found.slice(0, count);
  throw new CommandError(`--gpus ${count}: nvidia-smi shows ${found.length} here.`);
}

/** The numbers that `nvidia-smi --query-gpu=index --format=csv,noheader` prints. */
export const gpuNumbers = (printed: string): readonly string[] =>
  printed
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^\d+$/.test(line));
