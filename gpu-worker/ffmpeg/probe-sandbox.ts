import { delimiter } from "node:path";
import type { Program } from "./child.ts";
import { sourceName } from "./input.ts";
import { run } from "./run.ts";
import { bubblewrap, type Sandbox } from "./sandbox.ts";
import { seccompFilter } from "./seccomp-filter.ts";

/** `off` is for measurements; a worker takes what it can have, or insists. */
export type SandboxWish = "auto" | "require" | "off";

export interface FoundSandbox {
  readonly sandbox: Sandbox | undefined;
  /** "bubblewrap", or "none: " and why. */
  readonly is: string;
}

const answerSeconds = 15;

/** Starts each program in a sandbox once: namespaces may be refused by the kernel, by a container or by a policy. */
export async function probeSandbox(
  programs: readonly Program[],
  { wish, path, libraryPath }: { wish: SandboxWish; path: string | undefined; libraryPath: string },
): Promise<FoundSandbox> {
  const made = wish === "off" ? "it is switched off" : sandboxOf(path, libraryPath);
  const why = typeof made === "string" ? made : await whyNot(programs, made);
  if (why === undefined) return { sandbox: made as Sandbox, is: "bubblewrap" };
  if (wish === "require") throw new Error(`SANDBOX is require, and there is none: ${why}.`);
  return { sandbox: undefined, is: `none: ${why}` };
}

function sandboxOf(path: string | undefined, libraryPath: string): Sandbox | string {
  if (process.platform !== "linux") return "only Linux has bubblewrap";
  if (!path) return "bubblewrap is not installed";
  const filter = seccompFilter(process.arch);
  if (!filter) return `the kernel's calls of ${process.arch} are not known here`;
  const libraryFolders = libraryPath.split(delimiter).filter(Boolean);
  return bubblewrap({ path, filter, libraryFolders, sourceName });
}

/** Undefined where each program says its version inside. */
async function whyNot(programs: readonly Program[], sandbox: Sandbox): Promise<string | undefined> {
  for (const program of programs) {
    const inside = { ...program, sandbox };
    const { code, stdout, stderr } = await run(inside, ["-version"], { seconds: answerSeconds });
    if (code !== 0 || !/^ff(?:mpeg|probe) version/.test(stdout)) {
      return (stderr.split("\n").at(-1) || `${program.path} does not start in it`).slice(0, 200);
    }
  }
  return undefined;
}
