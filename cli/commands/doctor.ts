import { Option } from "@commander-js/extra-typings";
import { numberFrom } from "../detect-request.ts";
import { diagnoseAws } from "../doctor/account/diagnose-aws.ts";
import type { Compute } from "../doctor/account/compute.ts";
import { diagnose } from "../doctor/diagnose.ts";
import type { Finding } from "../doctor/finding.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import type { Program, SetExitCode } from "../program.ts";
import type { Session } from "../session.ts";

const stepPatienceSeconds = 15;
/** A GPU from zero: an instance, its image of some gigabytes, the video; twice what that is expected to take. */
const canaryPatienceSeconds = 900;

/** `doctor`: looks at every hop and says which is broken and what to do. */
export function addDoctor(program: Program, session: Session, exit: SetExitCode): void {
  const { output } = session;
  program
    .command("doctor")
    .description("check every hop from here to a worker; says which is broken and what to do")
    .option("--page <url>", "address of the page, to check that it may upload")
    .option(
      "--patience <seconds>",
      "how long to wait for each step (default: 15; for --canary 900)",
      numberFrom({ min: 1, max: 3600 }),
    )
    .option("--aws", "look at the AWS account and the deployment in it instead")
    .option("--stack <name>", "with --aws: the stack's name", "Framequeue")
    .option("--region <name>", "with --aws: the region (else that of the AWS profile)")
    .addOption(
      new Option("--compute <kind>", "with --aws: which GPUs are deployed")
        .choices(["managed", "asg", "none"] as const)
        .default("managed" as const),
    )
    .option("--on-demand", "with --aws: GPUs are deployed with spot=false")
    .option(
      "--workers-max <n>",
      "with --aws: GPU workers at the same time",
      numberFrom({ min: 1, max: 100, whole: true }),
      2,
    )
    .option("--canary", "with --aws: send the sample video through it, to its result")
    .option("--json", "print one object")
    .action(async (flags) => {
      const findings: Finding[] = [];
      const looks = flags.aws
        ? await looksAtAws(session, flags)
        : diagnose(session, {
            pageUrl: flags.page,
            patienceSeconds: flags.patience ?? stepPatienceSeconds,
          });
      for await (const finding of looks) {
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

interface AwsFlags extends Pick<Compute, "compute" | "workersMax"> {
  readonly stack: string;
  readonly region?: string | undefined;
  readonly onDemand?: true | undefined;
  readonly canary?: true | undefined;
  readonly patience?: number | undefined;
}

/** Loads the SDK, which every other command does without. */
async function looksAtAws(session: Session, flags: AwsFlags): Promise<AsyncIterable<Finding>> {
  const { connectAws } = await import("../connect-aws.ts");
  const { compute, workersMax, stack, region } = flags;
  return diagnoseAws(await connectAws(region), {
    compute,
    workersMax,
    stack,
    spot: !flags.onDemand,
    signal: session.signal,
    ...(flags.canary && {
      canary: {
        patienceSeconds: flags.patience ?? canaryPatienceSeconds,
        connect: (apiUrl: string) => session.connectTo(apiUrl, `the stack ${stack}`),
      },
    }),
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
