import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { gpuNumbers } from "./choose-gpus.ts";

/** Numbers of the NVIDIA GPUs that this machine's driver shows; none where there is no driver. */
export async function findGpus(): Promise<readonly string[]> {
  try {
    const query = ["--query-gpu=index", "--format=csv,noheader"];
    const { stdout } = await promisify(execFile)("nvidia-smi", query, { timeout: 10_000 });
    return gpuNumbers(stdout);
  } catch {
    return [];
  }
}
