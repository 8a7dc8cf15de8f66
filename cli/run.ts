import type { OutputOptions } from "./output.ts";
import { createOutput } from "./output.ts";
import { addCommands } from "./add-commands.ts";
import { createProgram } from "./program.ts";
import { reportFault } from "./report-fault.ts";
import type { SessionOptions } from "./session.ts";
import { createSession } from "./session.ts";

type Surroundings = Omit<OutputOptions, "isQuiet"> & Omit<SessionOptions, "output" | "apiFlag">;

/** Runs one command line; the exit code. */
export async function run(commandLine: readonly string[], around: Surroundings): Promise<number> {
  const program = createProgram(around);
  const output = createOutput({ ...around, isQuiet: () => program.opts().quiet ?? false });
  const session = createSession({ ...around, output, apiFlag: () => program.opts().api });

  let exitCode = 0;
  addCommands(program, session, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...commandLine], { from: "user" });
    return exitCode;
  } catch (fault) {
    // Whatever broke on the way of stopping, the reason is that it was asked to stop.
    return reportFault(around.signal.aborted ? around.signal.reason : fault, output);
  }
}
