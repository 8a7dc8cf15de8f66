import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import lock from "../../../package-lock.json" with { type: "json" };

/** Lays what the worker's package depends on under `home`, from the checkout: there npm installs the package itself without a registry. */
export async function npmHome(home: string): Promise<void> {
  const needed = Object.entries(lock.packages)
    .filter(([path, facts]) => path.startsWith("node_modules/") && !("dev" in facts))
    .map(([path]) => path)
    .filter((path) => path.lastIndexOf("node_modules/") === 0);
  await Promise.all(
    [...new Set(needed.map((path) => dirname(path)))].map((folder) =>
      mkdir(join(home, folder), { recursive: true }),
    ),
  );
  // Without the links to its programs npm takes a package for broken, and fetches it.
  await copied(resolve("node_modules/.bin"), join(home, "node_modules"));
  // What is for another platform is not in the checkout either.
  for (const path of needed) await copied(resolve(path), join(home, dirname(path)));
}

const copied = (from: string, into: string) =>
  promisify(execFile)("cp", ["-a", from, into]).catch((error: { stderr: string }) => {
    if (!/No such file/.test(error.stderr)) throw error;
  });
