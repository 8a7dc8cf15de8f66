import { parseArgs } from "node:util";
import { openKeyStore } from "../../aws/open-key-store.ts";
import { stackOutputs } from "../../aws/stack-outputs.ts";
import { createAccessKey } from "../../cli/access-keys/create-access-key.ts";
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
const account = await connectAws(flags.region);
// What cdk deploys to, whatever the profile says.
process.env["AWS_REGION"] = account.region;

/** The key goes on to the commands that follow, which inherit this environment. */
async function makeKey(): Promise<void> {
  if (process.env["FRAMEQUEUE_API_KEY"]) return;
  const table = (await stackOutputs(flags.stack))?.["JobsTableName"];
  if (!table) throw new Error(`The stack ${flags.stack} names no table.`);
  const { secret, key } = await createAccessKey(
    openKeyStore({ table }),
    { kind: "api", name: "first deployment", owner: "team" },
    { now: Date.now },
  );
  console.log(`   ${secret}\n   Keep it: it is not shown again. It is the key “${key.name}”.`);
  process.env["FRAMEQUEUE_API_KEY"] = secret;
}

await doSteps(
  firstDeploySteps({
    account,
    makeKey,
    runCommand,
    compute: flags.compute,
    settings: flags.context,
    stack: flags.stack,
  }),
  { isReal: flags.yes, say: console.log },
);
