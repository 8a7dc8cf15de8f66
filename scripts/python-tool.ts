import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where the environments lie, one for each requirement; ignored by git. */
const cache = ".cache/python";

export interface PythonTool {
  /** The command that the package brings. */
  readonly program: string;
  /** As pip reads it, pinned: `cfn-lint==1.51.0`; several stand apart by a space. */
  readonly requirement: string;
}

/** The path of a Python program: of the one that is on the path, else of one that pip installs into an environment of its own; or why there is none, in words. */
export function pythonTool({
  program,
  requirement,
}: PythonTool): { readonly path: string } | { readonly absent: string } {
  const found = onPath(program);
  if (found !== undefined) return { path: found };

  const environment = join(cache, requirement.replaceAll(/[^\w.-]+/g, "-"));
  const installed = join(environment, "bin", program);
  if (existsSync(installed)) return { path: installed };
  for (const [command, ...words] of [
    ["python3", "-m", "venv", environment],
    [join(environment, "bin", "pip"), "install", "--quiet", ...requirement.split(" ")],
  ] as const) {
    const { status, stderr, error } = spawnSync(command, words, { encoding: "utf8" });
    if (status === 0) continue;
    // Half an environment would be taken for a whole one.
    rmSync(environment, { recursive: true, force: true });
    const why = error?.message ?? stderr.trim().split("\n").at(-1);
    return { absent: `${program} is not on the path, and ${command} failed: ${why}` };
  }
  return { path: installed };
}

/** Where a program is that the shell would run by this name. */
export function onPath(program: string): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
