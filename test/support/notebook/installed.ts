import { execFile } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Packs the worker, and lays it under `home` where the notebook's second cell installs it, with the checkout's own modules. */
export async function installed(home: string): Promise<{ readonly tarball: string }> {
  const built = join(home, "built");
  const place = join(home, "node_modules", "framequeue");
  await mkdir(place, { recursive: true });
  await run(process.execPath, ["scripts/pack-worker.ts", built]);
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", home, built]);
  const tarball = join(home, stdout.trim().split("\n").at(-1)!);
  await run("tar", ["-xzf", tarball, "--strip-components=1", "-C", place]);
  await symlink(resolve("node_modules"), join(place, "node_modules"));
  return { tarball };
}
