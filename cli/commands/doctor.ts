import { numberFrom } from "../detect-request.ts";
import { diagnose } from "../doctor/diagnose.ts";
import type { Finding } from "../doctor/finding.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import type { Program, SetExitCode } from "../program.ts";
import type { Session } from "../session.ts";

/** `doctor`: looks at every hop and says which is broken and what to do. */
export function addDoctor(program: Program, session: Session, exit: SetExitCode): void {
  const { output } = session;
  program
    .command("doctor")
    .description("check every hop from here to a worker; says which is broken and what to do")
    .option("--page <url>", "address of the page, to check that it may upload")
    .option(
      "--patience <seconds>",
      "how long to wait for each step",
      numberFrom({ min: 1, max: 600 }),
      15,
    )
    .option("--json", "print one object")
    .action(async (flags) => {
      const findings: Finding[] = [];
      const options = { pageUrl: flags.page, patienceSeconds: flags.patience };
      for await (const finding of diagnose(session, options)) {
        findings.push(finding);
        if (!flags.json) for (const line of linesOf(finding, output)) output.data(line);
      }

      const brokenCount = findings.filter(({ verdict }) => verdict === "broken").length;
      if (flags.json) output.json({ ok: brokenCount === 0, findings });
      output.words(
        brokenCount === 0
          ? "Every hop works."
          : `Broken: ${brokenCount} of ${findings.length} checks.`,
      );
      if (brokenCount > 0) exit(exitCodes.failure);
    });
}

const marks = {
  ok: ["green", "ok     "],
  warning: ["yellow", "warning"],
  broken: ["red", "BROKEN "],
  unknown: ["dim", "unknown"],
} as const;

function linesOf({ hop, verdict, message, hint }: Finding, output: Output): string[] {
  const [colour, mark] = marks[verdict];
  const more = hint === undefined ? [] : [`${" ".repeat(9)}${hint}`];
  return [`${output.paint(colour, mark)}  ${hop}: ${message}`, ...more];
}
