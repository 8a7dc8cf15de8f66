import { expect, test } from "vitest";
import { firstDeploySteps } from "../../scripts/aws/first-deploy-steps.ts";
import { doSteps } from "../../scripts/aws/steps.ts";
import { FakeAwsAccount } from "../support/fake-aws-account.ts";

async function commandsOf(
  account: FakeAwsAccount,
  { compute = "managed", settings = ["spot=false"] } = {},
) {
  const commands: string[] = [];
  const steps = firstDeploySteps({
    account,
    compute,
    settings,
    stack: "Framequeue",
    async makeKey() {
      commands.push("a key is made");
    },
    async runCommand(words) {
      commands.push(words.slice(1).join(" "));
    },
  });
  await doSteps(steps, { isReal: true, say: () => {} });
  return commands.map((command) =>
    command.replace(/--region \S+ --stack \S+ |--require-\S+ never /, ""),
  );
}

test("an empty account is prepared, and deployed without GPUs before with them", async () => {
  const account = new FakeAwsAccount();
  account.stacks.clear();

  expect(await commandsOf(account)).toEqual([
    "cdk bootstrap aws://111122223333/eu-west-1",
    "cli/main.ts doctor --aws --compute managed --on-demand",
    "cdk deploy Framequeue -c compute=none -c spot=false",
    "cli/main.ts doctor --aws --compute none --on-demand",
    "cdk deploy Framequeue -c compute=managed -c spot=false",
    "a key is made",
    "cli/main.ts doctor --aws --compute managed --on-demand --canary",
  ]);
});

test("repeated, it takes no GPUs away and prepares nothing twice", async () => {
  const account = new FakeAwsAccount();
  account.deploy();

  const commands = await commandsOf(account);

  expect(commands.join("\n")).not.toMatch(/bootstrap|compute=none/);
});

test("without GPUs of its own no video is sent: nobody would take it", async () => {
  const commands = await commandsOf(new FakeAwsAccount(), { compute: "none" });

  expect(commands.filter((command) => command.startsWith("cdk"))).toEqual([
    "cdk deploy Framequeue -c compute=none -c spot=false",
  ]);
  expect(commands.join("\n")).not.toMatch(/canary/);
});

test("what is set with -c decides about the GPUs that are looked for and deployed", async () => {
  const account = new FakeAwsAccount();
  account.stacks.clear();

  expect(await commandsOf(account, { settings: ["compute=asg", "workersMax=4"] })).toEqual([
    "cdk bootstrap aws://111122223333/eu-west-1",
    "cli/main.ts doctor --aws --compute asg --workers-max 4",
    "cdk deploy Framequeue -c compute=none -c workersMax=4",
    "cli/main.ts doctor --aws --compute none --workers-max 4",
    "cdk deploy Framequeue -c compute=asg -c workersMax=4",
    "a key is made",
    "cli/main.ts doctor --aws --compute asg --workers-max 4 --canary",
  ]);
});

test.each(["auth=jwt", "auth=cognito"])(
  "where keys let nobody in none is made, and no video is sent with one (%s)",
  async (auth) => {
    const commands = await commandsOf(new FakeAwsAccount(), { settings: [auth] });

    expect(commands.at(-1)).toBe(`cdk deploy Framequeue -c compute=managed -c ${auth}`);
  },
);

test("a kind of GPUs that there is not is refused before anything is done", async () => {
  const commands = commandsOf(new FakeAwsAccount(), { settings: ["compute=fargate"] });

  await expect(commands).rejects.toThrow(/managed/);
});
