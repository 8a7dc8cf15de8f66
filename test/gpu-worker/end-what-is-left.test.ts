import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { isAlive } from "../../gpu-worker/scratch.ts";
import { temporaryFolder } from "./support/clips.ts";

const hasPkill = existsSync("/usr/bin/pkill");
if (!hasPkill) console.warn("What a killed worker leaves is not tested: there is no pkill");
const program = fileURLToPath(new URL("./support/worker-with-a-loose-child.ts", import.meta.url));

/** A worker with that folder, and the process that it started there. */
async function workerIn(folder: string, guarded: "guarded" | "alone") {
  const worker = spawn(process.execPath, [program, folder, guarded], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(worker.stdout, "data")) as [Buffer];
  return { worker, child: Number(line.toString()) };
}

describe.skipIf(!hasPkill)("what is left of a worker that was killed", () => {
  test("ends with it though nothing ties it to the worker, and no other worker's does", async () => {
    const folder = join(temporaryFolder(), "worker-12");
    // Its folder's name begins alike.
    const other = await workerIn(`${folder}3`, "guarded");
    const loose = await workerIn(join(temporaryFolder(), "worker-12"), "alone");
    const { worker, child } = await workerIn(folder, "guarded");

    worker.kill("SIGKILL");
    loose.worker.kill("SIGKILL");

    await expect.poll(() => isAlive(child)).toBe(false);
    expect([isAlive(other.child), isAlive(loose.child)]).toEqual([true, true]);
    other.worker.kill("SIGKILL");
    await expect.poll(() => isAlive(other.child)).toBe(false);
    process.kill(-loose.child, "SIGKILL");
  });

  test("the one that watches ends too", async () => {
    const name = `worker${process.pid}`;
    const { worker } = await workerIn(join(temporaryFolder(), name), "guarded");
    const watching = () => spawnSync("pgrep", ["-f", `keeper .*${name}/$`]).status === 0;
    expect(watching()).toBe(true);

    worker.kill("SIGKILL");

    await expect.poll(() => watching()).toBe(false);
  });
});
