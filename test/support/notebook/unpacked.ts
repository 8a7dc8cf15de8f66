import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Packs the checkout, and unpacks it under `home` as the notebook's second cell does, with the checkout's own modules. */
export async function unpacked(home: string): Promise<{ readonly tarball: string }> {
  await mkdir(home, { recursive: true });
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", home]);
  const tarball = join(home, stdout.trim().split("\n").at(-1)!);
  await run("tar", ["-xzf", tarball, "-C", home]);
  await symlink(resolve("node_modules"), join(home, "package/node_modules"));
  await writeFile(join(home, "installed"), "");
  return { tarball };
}
