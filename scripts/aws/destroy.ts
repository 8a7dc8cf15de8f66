import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { awsTeardown, teardownClients } from "../../aws/teardown.ts";
import { connectAws } from "../../cli/connect-aws.ts";
import { destroySteps } from "./destroy-steps.ts";
import { runCommand } from "./run-command.ts";
import { doSteps } from "./steps.ts";

const { values: flags } = parseArgs({
  options: {
    yes: { type: "boolean", default: false },
    "delete-videos": { type: "boolean", default: false },
    region: { type: "string" },
    stack: { type: "string", default: "Framequeue" },
  },
});
const account = await connectAws(flags.region);
// Where cdk destroys, whatever the profile says.
process.env["AWS_REGION"] = account.region;

const steps = await destroySteps({
  account,
  teardown: awsTeardown(teardownClients(account.region)),
  stack: flags.stack,
  deletesVideos: flags["delete-videos"],
  destroyStack: () => runCommand(["npx", "cdk", "destroy", flags.stack, "--force"]),
  wait: (seconds) => sleep(seconds * 1000),
  say: console.log,
});
if (steps.length === 0) {
  console.log(
    `There is no stack ${flags.stack} in ${account.region}, and nothing that one has left.`,
  );
} else await doSteps(steps, { isReal: flags.yes, say: console.log });
