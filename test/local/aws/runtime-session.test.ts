import { BatchGetItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECSClient, RunTaskCommand } from "@aws-sdk/client-ecs";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RoleDefinition, Runs } from "../../../local/aws/iam/roles.ts";
import type { LocalAws } from "../../../local/aws/local-aws.ts";
import { runtimeSession } from "../../../local/aws/sts/runtime-session.ts";
import { tableDefinition } from "../../support/table-definition.ts";
import { openForTest } from "./open-for-test.ts";

const account = "000000000000";
const bus = `arn:aws:events:us-east-1:${account}:event-bus/default`;
const cluster = `arn:aws:ecs:us-east-1:${account}:cluster/gpus`;
const task = `arn:aws:ecs:us-east-1:${account}:task-definition/worker`;

/** A role of the one function, or container, that has the role's name. */
const role = (
  name: string,
  statements: RoleDefinition["statements"] = [],
  trusted = "lambda.amazonaws.com",
  service: Runs["service"] = "lambda.amazonaws.com",
): RoleDefinition => ({
  arn: `arn:aws:iam::${account}:role/${name}`,
  trusted: [trusted],
  runs: [{ name, service }],
  statements,
});
const Effect = "Allow";
const objects = {
  Effect,
  Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
  Resource: "arn:aws:s3:::media/uploads/*",
} as const;

let aws: LocalAws;
beforeAll(async () => {
  aws = await openForTest();
  aws.dynamodb.createTable(tableDefinition("jobs"));
  aws.s3.createBucket({ name: "media" });
  aws.iam.putRoles([
    role("rows", [
      {
        Effect,
        Action: "dynamodb:BatchGetItem",
        Resource: `arn:aws:dynamodb:us-east-1:${account}:table/jobs`,
        Condition: {
          "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["JOB#*"] },
          Null: { "dynamodb:LeadingKeys": "false" },
        },
      },
    ]),
    role("objects", [objects]),
    role("listed", [objects, { Effect, Action: "s3:ListBucket", Resource: "arn:aws:s3:::media" }]),
    role("tasks", [
      {
        Effect,
        Action: "ecs:RunTask",
        Resource: task,
        Condition: { StringEquals: { "ecs:cluster": cluster } },
      },
    ]),
    role("events", [
      {
        Effect,
        Action: "events:PutEvents",
        Resource: bus,
        Condition: { StringEquals: { "events:source": "ours" } },
      },
    ]),
    role("instance", [], "ec2.amazonaws.com"),
    role("worker", [objects], "ecs-tasks.amazonaws.com", "ecs-tasks.amazonaws.com"),
    role("misled", [objects], "lambda.amazonaws.com", "ecs-tasks.amazonaws.com"),
  ]);
});
afterAll(() => aws.close());

const as = (name: string) => ({
  endpoint: aws.url,
  region: aws.region,
  forcePathStyle: true,
  maxAttempts: 1,
  credentials: runtimeSession({ name, roleArn: role(name).arn }, aws),
});

test.each([
  ["function", "rows"],
  ["container", "worker"],
])("a %s is a session of its role, and has its own name in it", async (_case, name) => {
  const identity = await new STSClient(as(name)).send(new GetCallerIdentityCommand());

  expect(identity.Arn).toBe(`arn:aws:sts::${account}:assumed-role/${name}/${name}`);
});

test.each([
  ["a role that is not Lambda's to assume", "instance"],
  ["a role that is not there", "nowhere"],
  ["a role that is Lambda's to assume, for a container", "misled"],
])("nothing runs as %s", async (_case, name) => {
  const ask = new STSClient(as(name)).send(new GetCallerIdentityCommand());

  await expect(ask).rejects.toMatchObject({ name: "InvalidClientTokenId" });
});

test("a batch of rows is read if each of them may be", async () => {
  const client = new DynamoDBClient(as("rows"));
  const read = (...partitions: string[]) =>
    client.send(
      new BatchGetItemCommand({
        RequestItems: {
          jobs: { Keys: partitions.map((pk) => ({ pk: { S: pk }, sk: { S: "JOB" } })) },
        },
      }),
    );

  expect((await read("JOB#1", "JOB#2")).Responses).toEqual({ jobs: [] });
  await expect(read("JOB#1", "KEYS")).rejects.toMatchObject({ name: "AccessDeniedException" });
});

describe("in the bucket", () => {
  const Bucket = "media";

  test.each([
    ["who may list it is told", "listed", 404],
    ["who may not is not told", "objects", 403],
  ])("%s that a key is missing", async (_case, name, httpStatusCode) => {
    const client = new S3Client(as(name));
    const missing = { Bucket, Key: "uploads/missing" };

    for (const command of [new GetObjectCommand(missing), new HeadObjectCommand(missing)]) {
      const answer = client.send(command);
      await expect(answer).rejects.toMatchObject({ $metadata: { httpStatusCode } });
    }
  });

  test("a presigned request may what its signer may", async () => {
    // Otherwise the checksum of no body is signed.
    const client = new S3Client({
      ...as("objects"),
      requestChecksumCalculation: "WHEN_REQUIRED",
    });
    const put = async (Key: string) => {
      const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key }));
      return fetch(url, { method: "PUT", body: "x" });
    };

    expect((await put("uploads/signed")).status).toBe(200);
    expect((await put("results/signed")).status).toBe(403);
  });

  test("so may a form", async () => {
    const client = new S3Client(as("objects"));
    const post = async (Key: string) => {
      const { url, fields } = await createPresignedPost(client, { Bucket, Key });
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append("file", new Blob(["x"]));
      return fetch(url, { method: "POST", body: form });
    };

    expect((await post("uploads/form")).status).toBe(204);
    expect((await post("results/form")).status).toBe(403);
  });

  test("of many keys those are deleted that may be, and the others are named", async () => {
    const client = new S3Client(as("listed"));
    await client.send(new PutObjectCommand({ Bucket, Key: "uploads/old", Body: "x" }));
    const Objects = [{ Key: "uploads/old" }, { Key: "results/old" }];
    const { Deleted, Errors } = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects } }),
    );

    expect(Deleted).toEqual([{ Key: "uploads/old" }]);
    expect(Errors).toMatchObject([{ Key: "results/old", Code: "AccessDenied" }]);
    const gone = client.send(new HeadObjectCommand({ Bucket, Key: "uploads/old" }));
    await expect(gone).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });
});

test("a task is started from the named definition and on the named cluster only", async () => {
  const client = new ECSClient(as("tasks"));
  const run = (taskDefinition: string, on: string) =>
    client.send(new RunTaskCommand({ taskDefinition, cluster: on }));

  expect((await run(task, cluster)).failures).toHaveLength(1);
  for (const refused of [run(`${task}-2`, cluster), run(task, `${cluster}-2`)]) {
    await expect(refused).rejects.toMatchObject({ name: "AccessDeniedException" });
  }
});

test("events are told in the named source's name only", async () => {
  const client = new EventBridgeClient(as("events"));
  const put = (Source: string) =>
    client.send(new PutEventsCommand({ Entries: [{ Source, DetailType: "t", Detail: "{}" }] }));

  expect((await put("ours")).FailedEntryCount).toBe(0);
  await expect(put("others")).rejects.toMatchObject({ name: "AccessDeniedException" });
});
