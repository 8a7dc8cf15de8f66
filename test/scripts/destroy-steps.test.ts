import { expect, test, vi } from "vitest";
import type { AwsTeardown, LeftResource } from "../../contracts/ports/aws-teardown.ts";
import { destroySteps } from "../../scripts/aws/destroy-steps.ts";
import { doSteps } from "../../scripts/aws/steps.ts";
import { FakeAwsAccount } from "../support/fake-aws-account.ts";

async function world({
  deletesVideos = false,
  instances = [0],
  isDeployed = true,
  hasOutputs = true,
  tagged = [] as readonly LeftResource[],
  skipped = [] as readonly (readonly [type: string, physicalId: string])[],
} = {}) {
  const account = new FakeAwsAccount();
  if (isDeployed) account.deploy();
  if (!hasOutputs) account.addStack("Framequeue", { status: "ROLLBACK_FAILED" });
  const add = (type: string, physicalId: string, logicalId = physicalId) =>
    account.resources.push({ logicalId, physicalId, type, status: "CREATE_COMPLETE" });
  add("AWS::ECS::Cluster", "cluster");
  add("AWS::S3::Bucket", "media", "MediaBucket1");
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
    deletePeople: async (pool) => void did.push(`delete ${pool}`),
    listTagged: async () => tagged,
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
        ...skipped,
      ] as const) {
        account.resources.push({ logicalId: "-", physicalId, type, status: "DELETE_SKIPPED" });
      }
    },
  });
  const run = (isReal = true) => doSteps(steps, { isReal, say: (line) => said.push(line) });
  return { did, said, wait, run, account };
}

test("the videos of a stack that has no outputs stay, too", async () => {
  const { did, run } = await world({ hasOutputs: false });

  await run();

  expect(did).toContain("empty logs");
  expect(did).not.toContain("empty media");
});

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
    "unprotect jobs",
    "delete jobs",
  ]);
  expect(said.filter((line) => line.startsWith("   left"))).toEqual([
    expect.stringContaining("npx cdk gc") as string,
  ]);
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

const earlier = [
  { type: "AWS::S3::Bucket", physicalId: "media-1" },
  { type: "AWS::DynamoDB::GlobalTable", physicalId: "jobs-1" },
];

test("what earlier stacks of the name have left is found by its tag, and goes or is named once with the rest", async () => {
  const tagged = [...earlier, { type: "AWS::S3::Bucket", physicalId: "media" }];
  const keeping = await world({ tagged });
  const deleting = await world({ tagged, deletesVideos: true });

  await keeping.run();
  await deleting.run();

  expect(keeping.said).toContain("   left  AWS::S3::Bucket media-1");
  expect(deleting.did.slice(deleting.did.indexOf("destroy") + 1)).toEqual([
    "empty media",
    "delete media",
    "unprotect jobs",
    "delete jobs",
    "empty media-1",
    "delete media-1",
    "unprotect jobs-1",
    "delete jobs-1",
  ]);
});

test("what a stack has left goes later, too, when the stack is no more", async () => {
  const { did, said, run } = await world({
    isDeployed: false,
    tagged: earlier,
    deletesVideos: true,
  });

  await run();

  expect(said[0]).toBe("1. Delete what a stack Framequeue has left: media-1, jobs-1");
  expect(did).toEqual(["empty media-1", "delete media-1", "unprotect jobs-1", "delete jobs-1"]);
});

test("people's accounts stay and go with the videos", async () => {
  const skipped = [["AWS::Cognito::UserPool", "eu-west-1_abc"]] as const;
  const keeping = await world({ skipped });
  const deleting = await world({ deletesVideos: true, skipped });

  await keeping.run();
  await deleting.run();

  expect(keeping.did.at(-1)).toBe("destroy");
  expect(keeping.said).toContain("   left  AWS::Cognito::UserPool eu-west-1_abc");
  expect(deleting.did.at(-1)).toBe("delete eu-west-1_abc");
});

test("what no step removes is named with the command that does", async () => {
  const skipped = [["AWS::Logs::LogGroup", "/aws/lambda/api"]] as const;
  const { said, run } = await world({ deletesVideos: true, skipped });

  await run();

  expect(said).toContain(
    "   left  AWS::Logs::LogGroup /aws/lambda/api; aws logs delete-log-group --log-group-name /aws/lambda/api",
  );
});

test("without a stack, and with nothing that one has left, there is nothing to do", async () => {
  const { did, said, run } = await world({ isDeployed: false, deletesVideos: true });

  await run(false);

  expect(did).toEqual([]);
  expect(said).toHaveLength(1);
});
