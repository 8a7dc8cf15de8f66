import { parseArgs } from "node:util";
import * as z from "zod";
import { connectAws } from "../../cli/connect-aws.ts";
import { firstDeploySteps } from "./first-deploy-steps.ts";
import { runCommand } from "./run-command.ts";
import { doSteps } from "./steps.ts";

const { values: flags } = parseArgs({
  options: {
    yes: { type: "boolean", default: false },
    region: { type: "string" },
    stack: { type: "string", default: "Framequeue" },
    compute: { type: "string", default: "managed" },
    context: { type: "string", short: "c", multiple: true, default: [] },
  },
});
const compute = z.enum(["managed", "asg", "none"]).parse(flags.compute);
const account = await connectAws(flags.region);
// What cdk deploys to, whatever the profile says.
process.env["AWS_REGION"] = account.region;

await doSteps(
  firstDeploySteps({ account, runCommand, compute, settings: flags.context, stack: flags.stack }),
  { isReal: flags.yes, say: console.log },
);
