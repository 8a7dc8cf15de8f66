import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";

const entry = join(import.meta.dirname, "../../cli/main.ts");

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Where the command is typed; its state lies there too. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly onStart?: (child: ChildProcess) => void;
  /** Sends the signal once stderr says so much. */
  readonly stopAt?: { readonly words: string; readonly signal: NodeJS.Signals };
}

/** Runs the real command as a process of its own, without anything of this one's environment. */
export async function runCli(
  commandLine: readonly string[],
  { folder, environment = {}, onStart, stopAt }: CliOptions,
): Promise<CliRun> {
  const child = spawn(process.execPath, [entry, ...commandLine], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onStart?.(child);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    const said = (part: string) => stopAt !== undefined && part.includes(stopAt.words);
    if (!said(stderr) && said(stderr + text)) child.kill(stopAt!.signal);
    stderr += text;
  });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? -1));
  });
  return { exitCode, stdout, stderr };
}
