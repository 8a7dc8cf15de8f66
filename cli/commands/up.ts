import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { CommandError } from "../faults.ts";
import type { Program, SetExitCode } from "../program.ts";
import type { Session } from "../session.ts";

const start = join(import.meta.dirname, "../../local/start.ts");

/** `up`: the whole system on this machine, in the foreground. */
export function addUp(
  program: Program,
  { workingDirectory, environment }: Session,
  exit: SetExitCode,
): void {
  program
    .command("up")
    .description("start the whole system on this machine; `up --help` lists its options")
    .argument("[arguments...]")
    .helpOption(false)
    .allowUnknownOption()
    .action(async (commandLine) => {
      if (!existsSync(start)) {
        throw new CommandError("This package holds the command and the worker, not the system.", {
          hint: "Run `npx framequeue up` in a checkout, or name a system that runs with --api.",
        });
      }
      const child = spawn(process.execPath, [start, ...commandLine], {
        cwd: workingDirectory,
        env: environment,
        stdio: "inherit",
        // In a group of its own: a signal to the whole group would come to it twice, and twice means "at once".
        detached: true,
      });
      process.on("SIGINT", () => child.kill("SIGINT"));
      process.on("SIGTERM", () => child.kill("SIGTERM"));
      process.on("SIGHUP", () => child.kill("SIGTERM"));

      const [code, killedBy] = (await once(child, "exit")) as [
        number | null,
        NodeJS.Signals | null,
      ];
      exit(code ?? 128 + constants.signals[killedBy ?? "SIGTERM"]);
    });
}
