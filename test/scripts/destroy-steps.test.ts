import { expect, test, vi } from "vitest";
import type { AwsTeardown } from "../../contracts/ports/aws-teardown.ts";
import { destroySteps } from "../../scripts/aws/destroy-steps.ts";
import { doSteps } from "../../scripts/aws/steps.ts";
import { FakeAwsAccount } from "../support/fake-aws-account.ts";

async function world({ deletesVideos = false, instances = [0] } = {}) {
  const account = new FakeAwsAccount();
  account.deploy();
  const add = (type: string, physicalId: string) =>
    account.resources.push({ logicalId: physicalId, physicalId, type, status: "CREATE_COMPLETE" });
  add("AWS::ECS::Cluster", "cluster");
  add("AWS::S3::Bucket", "media");
  add("AWS::S3::Bucket", "logs");
  add("AWS::DynamoDB::GlobalTable", "jobs");

  const did: string[] = [];
  const said: string[] = [];
  let tasks = ["task-1"];
  const counts = [...instances];
  const teardown: AwsTeardown = {
    disableRule: async (name) => void did.push(`disable ${name}`),
    listTasks: async () => tasks,
    async stopTask(_cluster, task) {
      did.push(`stop ${task}`);
      tasks = [];
    },
    countInstances: async () => (counts.length > 1 ? counts.shift()! : counts[0]!),
    allowTableDeletion: async (table) => void did.push(`unprotect ${table}`),
    deleteTable: async (table) => void did.push(`delete ${table}`),
    emptyBucket: async (bucket) => void did.push(`empty ${bucket}`),
    deleteBucket: async (bucket) => void did.push(`delete ${bucket}`),
  };
  const wait = vi.fn<(seconds: number) => Promise<void>>(async () => {});
  const steps = await destroySteps({
    account,
    teardown,
    stack: "Framequeue",
    deletesVideos,
    wait,
    say: (line) => said.push(line),
    async destroyStack() {
      did.push("destroy");
      account.resources.splice(0);
      for (const [type, physicalId] of [
        ["AWS::S3::Bucket", "media"],
        ["AWS::DynamoDB::GlobalTable", "jobs"],
      ] as const) {
        account.resources.push({ logicalId: "-", physicalId, type, status: "DELETE_SKIPPED" });
      }
    },
  });
  const run = (isReal = true) => doSteps(steps, { isReal, say: (line) => said.push(line) });
  return { did, said, wait, run, account };
}

test("nothing starts, what runs ends, then the stack goes; videos stay and are named", async () => {
  const { did, said, run } = await world();

  await run();

  expect(did).toEqual(["disable rule-1", "stop task-1", "empty logs", "destroy"]);
  expect(said).toContain("   left  AWS::S3::Bucket media");
  expect(said).toContain("   left  AWS::DynamoDB::GlobalTable jobs");
});

test("with its videos, nothing is left", async () => {
  const { did, said, run } = await world({ deletesVideos: true });

  await run();

  expect(did.slice(2)).toEqual([
    "empty media",
    "empty logs",
    "unprotect jobs",
    "destroy",
    "empty media",
    "delete media",
    "delete jobs",
  ]);
  expect(said.join("\n")).not.toMatch(/ left {2}/);
});

test("the stack waits for the last instance, which would hang it", async () => {
  const { did, wait, run } = await world({ instances: [2, 1, 0] });

  await run();

  expect(wait).toHaveBeenCalledTimes(3);
  expect(did.at(-1)).toBe("destroy");
});

test("instances that never go are an error, and the stack is not touched", async () => {
  const { did, run } = await world({ instances: [1] });

  await expect(run()).rejects.toThrow(/still in cluster/);
  expect(did).not.toContain("destroy");
});

test("a dry run names every step and does none", async () => {
  const { did, said, run } = await world({ deletesVideos: true });

  await run(false);

  expect(did).toEqual([]);
  expect(said.join("\n")).toMatch(/^1\. .*rule-1[^]*Destroy the stack Framequeue[^]*--yes/);
});

test("without a stack there is nothing to do", async () => {
  const { account } = await world();
  account.stacks.delete("Framequeue");

  const unused = undefined as never;
  const options = { stack: "Framequeue", deletesVideos: true, teardown: unused, wait: unused };
  expect(await destroySteps({ account, ...options, say: unused, destroyStack: unused })).toEqual(
    [],
  );
});
