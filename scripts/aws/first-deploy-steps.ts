import * as z from "zod";
import type { AwsAccount } from "../../contracts/ports/aws-account.ts";
import type { Step } from "./steps.ts";

export interface FirstDeployOptions {
  readonly account: Pick<AwsAccount, "identity" | "findStack" | "region">;
  /** Makes a key of the deployed API, unless one is at hand, and gives it to the commands that follow. */
  readonly makeKey: () => Promise<void>;
  readonly runCommand: (command: readonly string[]) => Promise<void>;
  readonly compute: string;
  /** Further settings, as `name=value`; a `compute` among them counts more. */
  readonly settings: readonly string[];
  readonly stack: string;
}

const Compute = z.enum(["managed", "asg", "none"]);

/** What a setting says; of several the last one, as CDK has it. */
const valueOf = (name: string, settings: readonly string[]): string | undefined =>
  settings.findLast((setting) => setting.startsWith(`${name}=`))?.slice(name.length + 1);

/** From an empty account to the first result: first without GPUs, so that what is cheap and quick is proved before what is neither. */
export function firstDeploySteps(options: FirstDeployOptions): Step[] {
  const { account, makeKey, runCommand, settings, stack } = options;
  const compute = Compute.parse(valueOf("compute", settings) ?? options.compute);
  const others = settings.filter((setting) => !setting.startsWith("compute="));
  const where = ["--region", account.region, "--stack", stack];
  const workersMax = valueOf("workersMax", settings);
  // It looks at the quota of what will be started.
  const kinds = [
    ...(valueOf("spot", settings) === "false" ? ["--on-demand"] : []),
    ...(workersMax === undefined ? [] : ["--workers-max", workersMax]),
  ];
  const doctor = (kind: string, ...more: string[]) => [
    process.execPath,
    "cli/main.ts",
    "doctor",
    "--aws",
    ...where,
    "--compute",
    kind,
    ...kinds,
    ...more,
  ];
  const deploy = (kind: string) => [
    "npx",
    "cdk",
    "deploy",
    stack,
    "--require-approval",
    "never",
    ...[`compute=${kind}`, ...others].flatMap((setting) => ["-c", setting]),
  ];
  const command = (says: string, words: readonly string[]): Step => ({
    says: `${says}\n   ${words.map((word) => (word === process.execPath ? "node" : word)).join(" ")}`,
    run: () => runCommand(words),
  });

  const steps: Step[] = [
    {
      says: "Prepare the account for CDK, unless it is (stack CDKToolkit)",
      async run() {
        if (await account.findStack("CDKToolkit")) return;
        const { accountId } = await account.identity();
        await runCommand(["npx", "cdk", "bootstrap", `aws://${accountId}/${account.region}`]);
      },
    },
    command("Look at the account: roles, GPU quotas, bootstrap", doctor(compute)),
  ];
  if (compute !== "none") {
    steps.push(
      {
        says: "Deploy everything but GPUs, unless a deployment is there (its GPUs would be taken away)",
        async run() {
          if (await account.findStack(stack)) return;
          await runCommand(deploy("none"));
        },
      },
      command("Look at what was deployed: uploads, events, the page's rights", doctor("none")),
    );
  }
  steps.push(command("Deploy", deploy(compute)));
  // An issuer's tokens let in: they come from a person's login.
  if ((valueOf("auth", settings) ?? "apiKey") !== "apiKey") return steps;

  steps.push({
    says: "Make the first API key and show it, this once; unless FRAMEQUEUE_API_KEY has one",
    run: makeKey,
  });
  // Without GPUs of its own nobody would take the video yet.
  if (compute !== "none") {
    steps.push(
      command(
        "Send the sample video through it; the first GPU takes minutes",
        doctor(compute, "--canary"),
      ),
    );
  }
  return steps;
}
