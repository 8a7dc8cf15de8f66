import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs a command of this checkout before the person's eyes; rejects when it fails. */
export async function runCommand(command: readonly string[]): Promise<void> {
  const [program, ...words] = command;
  const child = spawn(program!, words, { stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`\`${command.join(" ")}\` ended with ${code ?? "a signal"}.`);
}
