import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { join } from "node:path";
import { Interrupted } from "../faults.ts";
import type { Program, SetExitCode } from "../program.ts";
import type { Session } from "../session.ts";

const start = join(import.meta.dirname, "../../local/start.ts");

/** `up`: the whole system on this machine, in the foreground. */
export function addUp(
  program: Program,
  { workingDirectory, environment, signal }: Session,
  exit: SetExitCode,
): void {
  program
    .command("up")
    .description("start the whole system on this machine; `up --help` lists its options")
    .argument("[arguments...]")
    .helpOption(false)
    .allowUnknownOption()
    .action(async (commandLine) => {
      const child = spawn(process.execPath, [start, ...commandLine], {
        cwd: workingDirectory,
        env: environment,
        stdio: "inherit",
      });
      signal.addEventListener("abort", () => {
        const by = signal.reason instanceof Interrupted ? signal.reason.signal : "SIGTERM";
        // Ctrl-C reaches every process of the terminal by itself, and a second one would mean "now".
        if (by === "SIGTERM" || !process.stdin.isTTY) child.kill(by);
      });
      const [code, killedBy] = (await once(child, "exit")) as [
        number | null,
        NodeJS.Signals | null,
      ];
      exit(code ?? 128 + constants.signals[killedBy ?? "SIGTERM"]);
    });
}
