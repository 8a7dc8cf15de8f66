import { delimiter } from "node:path";
import type { Program } from "./child.ts";
import { sourceName } from "./input.ts";
import { run, type Ran } from "./run.ts";
import { bubblewrap, type Sandbox } from "./sandbox.ts";
import { seccompFilter } from "./seccomp-filter.ts";

/** `off` is for measurements; a worker takes what it can have, or insists. */
export type SandboxWish = "auto" | "require" | "off";

export interface FoundSandbox {
  readonly sandbox: Sandbox | undefined;
  /** "bubblewrap", or "none: " and why. */
  readonly is: string;
}

/** What a program says when it is started for the first time. */
export interface FirstWords extends Ran {
  /** Why it did not start in the sandbox, and was started outside of it; undefined where nothing refused it. */
  readonly refused: string | undefined;
}

const answerSeconds = 15;
const saysItsVersion = /^ff(?:mpeg|probe) version/m;

/** The sandbox that is to be tried, or why there is none to try. */
export function sandboxToTry({
  wish,
  path,
  libraryPath,
}: {
  wish: SandboxWish;
  /** Of bubblewrap. */
  path: string | undefined;
  libraryPath: string;
}): Sandbox | string {
  if (wish === "off") return "it is switched off";
  if (process.platform !== "linux") return "only Linux has bubblewrap";
  if (!path) return "bubblewrap is not installed";
  const filter = seccompFilter(process.arch);
  if (!filter) return `the kernel's calls of ${process.arch} are not known here`;
  const libraryFolders = libraryPath.split(delimiter).filter(Boolean);
  return bubblewrap({ path, filter, libraryFolders, sourceName });
}

/**
 * Asks a program something to which it says its version, in the sandbox if that can be, else outside of it: namespaces
 * may be refused by the kernel, by a container or by a policy.
 */
export async function firstWords(
  program: Program,
  args: readonly string[],
  sandbox: Sandbox | undefined,
): Promise<FirstWords> {
  const ask = async (how: Program) => run(how, args, { seconds: answerSeconds });
  if (!sandbox) return { ...(await ask(program)), refused: undefined };

  const inside = await ask({ ...program, sandbox });
  const { code, stdout, stderr } = inside;
  if (code === 0 && saysItsVersion.test(`${stdout}\n${stderr}`)) {
    return { ...inside, refused: undefined };
  }
  const why = stderr.split("\n").at(-1) || `${program.path} does not start in it`;
  return { ...(await ask(program)), refused: why.slice(0, 200) };
}

/** The sandbox of all programs, once each has been tried: one that refuses a single program is none. Throws where it is required. */
export function sandboxOfAll(
  tried: Sandbox | string,
  refusals: readonly (string | undefined)[],
  wish: SandboxWish,
): FoundSandbox {
  const why = typeof tried === "string" ? tried : refusals.find((each) => each !== undefined);
  if (why === undefined) return { sandbox: tried as Sandbox, is: "bubblewrap" };
  if (wish === "require") throw new Error(`SANDBOX is require, and there is none: ${why}.`);
  return { sandbox: undefined, is: `none: ${why}` };
}
