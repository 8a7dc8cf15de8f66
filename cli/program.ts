import { Command } from "@commander-js/extra-typings";
import packageFile from "../package.json" with { type: "json" };
import { exitCodesHelp } from "./exit-codes.ts";
import type { OutputOptions } from "./output.ts";

/** The command with the options that all of its commands share. */
export function createProgram({ stdout, stderr }: Pick<OutputOptions, "stdout" | "stderr">) {
  return new Command("framequeue")
    .description(
      "Finds objects in videos. Talks to the system that runs on this machine, or to any other.",
    )
    .version(packageFile.version)
    .option("--api <url>", "the system to talk to (else FRAMEQUEUE_API, else the one running here)")
    .option("-q, --quiet", "no progress and no words, only data and errors")
    .addHelpText("after", `\n${exitCodesHelp}`)
    .showHelpAfterError("(--help shows how it is used)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
    });
}

export type Program = ReturnType<typeof createProgram>;
/** Tells with which code to exit where a command has done its work and the answer is not a plain yes. */
export type SetExitCode = (code: number) => void;
