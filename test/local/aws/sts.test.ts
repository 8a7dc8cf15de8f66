import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { stsWorkerCredentials } from "../../../aws/sts-worker-credentials.ts";
import { runtimeSession } from "../../../local/aws/sts/runtime-session.ts";
import { openLocalAws, type LocalAws } from "../../../local/aws/local-aws.ts";
import { tableDefinition } from "../../support/table-definition.ts";

const account = "000000000000";
const roleArn = `arn:aws:iam::${account}:role/worker`;
const api = { name: "api", roleArn: `arn:aws:iam::${account}:role/api` };
let aws: LocalAws;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "local-sts-"));
  aws = await openLocalAws({ stateDirectory: folder, port: 0 });
  aws.dynamodb.createTable(tableDefinition("jobs"));
  aws.s3.createBucket({ name: "media" });
  aws.sqs.createQueue({ name: "work" });
  aws.iam.putRoles([
    {
      arn: api.roleArn,
      trusted: ["lambda.amazonaws.com"],
      runs: [{ name: api.name, service: "lambda.amazonaws.com" }],
      statements: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Resource: [roleArn, `${roleArn}-unknown`, `${roleArn}-of-nobody`],
        },
      ],
    },
    {
      arn: roleArn,
      trusted: [api.roleArn],
      runs: [],
      statements: [
        {
          Effect: "Allow",
          Action: ["dynamodb:GetItem", "dynamodb:PutItem"],
          Resource: `arn:aws:dynamodb:us-east-1:${account}:table/jobs`,
          Condition: {
            "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["JOB#*"] },
            Null: { "dynamodb:LeadingKeys": "false" },
          },
        },
        {
          Effect: "Allow",
          Action: "dynamodb:UpdateItem",
          Resource: `arn:aws:dynamodb:us-east-1:${account}:table/jobs`,
          Condition: {
            "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["JOB#*"] },
            "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "sk", "status"] },
          },
        },
        { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::media/results/*" },
      ],
    },
    { arn: `${roleArn}-of-nobody`, trusted: [], runs: [], statements: [] },
    { arn: `${roleArn}-of-others`, trusted: [api.roleArn], runs: [], statements: [] },
  ]);
});
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true });
});
afterEach(() => vi.useRealTimers());

const machine = () => ({
  endpoint: aws.url,
  region: aws.region,
  forcePathStyle: true,
  maxAttempts: 1,
  credentials: { accessKeyId: aws.accessKeyId, secretAccessKey: aws.secretAccessKey },
});
const asApi = () => ({ ...machine(), credentials: runtimeSession(api, aws) });
const issue = () =>
  stsWorkerCredentials({ client: new STSClient(asApi()), roleArn }).issue("worker-1");
const asWorker = async () => ({ ...machine(), credentials: await issue() });
const row = (pk: string) => ({ pk: { S: pk }, sk: { S: "JOB" } });

test("credentials of a role last as long as they were asked for, and say who they are", async () => {
  const credentials = await issue();
  const identity = await new STSClient({ ...machine(), credentials }).send(
    new GetCallerIdentityCommand(),
  );

  expect(credentials.expiresAt - Date.now()).toBeGreaterThan(890_000);
  expect(credentials.expiresAt - Date.now()).toBeLessThanOrEqual(900_000);
  expect(identity.Arn).toBe(`arn:aws:sts::${account}:assumed-role/worker/worker-1`);
});

test.each([
  ["a role that nobody is", `${roleArn}-unknown`, 900, "AccessDenied"],
  ["a role that trusts nobody", `${roleArn}-of-nobody`, 900, "AccessDenied"],
  ["a role that the policies do not name", `${roleArn}-of-others`, 900, "AccessDenied"],
  ["less than a quarter of an hour", roleArn, 899, "ValidationError"],
])("%s is refused", async (_case, RoleArn, DurationSeconds, name) => {
  const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: "worker-1", DurationSeconds });

  await expect(new STSClient(asApi()).send(assume)).rejects.toMatchObject({ name });
});

test("the account itself assumes no role", async () => {
  const assume = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "worker-1" });

  await expect(new STSClient(machine()).send(assume)).rejects.toThrow(/root is not authorized/);
});

test("a session cannot prolong itself", async () => {
  const assume = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "again" });

  await expect(new STSClient(await asWorker()).send(assume)).rejects.toMatchObject({
    name: "AccessDenied",
  });
});

describe("a session does what its role may", () => {
  test("in the table: rows of the named partitions, by the named actions", async () => {
    const client = new DynamoDBClient(await asWorker());
    const put = (pk: string) => new PutItemCommand({ TableName: "jobs", Item: row(pk) });

    await client.send(put("JOB#1"));
    const { Item } = await client.send(
      new GetItemCommand({ TableName: "jobs", Key: row("JOB#1") }),
    );

    expect(Item).toEqual(row("JOB#1"));
    await expect(client.send(put("KEYS"))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("dynamodb:PutItem"),
    });
  });

  test("in a row: the named attributes, however they are written", async () => {
    const client = new DynamoDBClient(await asWorker());
    const update = (UpdateExpression: string, names?: Record<string, string>) =>
      new UpdateItemCommand({
        TableName: "jobs",
        Key: row("JOB#2"),
        UpdateExpression,
        ...(names && { ExpressionAttributeNames: names }),
        ExpressionAttributeValues: { ":value": { S: "mine" } },
      });

    await client.send(update("SET #s = :value", { "#s": "status" }));
    for (const command of [
      update("SET #o = :value", { "#o": "owner" }),
      update("SET owner = :value"),
      update("SET #s = if_not_exists(owner, :value)", { "#s": "status" }),
    ]) {
      await expect(client.send(command)).rejects.toMatchObject({ name: "AccessDeniedException" });
    }
  });

  test("in the bucket: results are written, nothing else is read or written", async () => {
    const client = new S3Client(await asWorker());
    const put = (Key: string) => new PutObjectCommand({ Bucket: "media", Key, Body: "x" });

    await client.send(put("results/1"));
    await expect(client.send(put("uploads/1"))).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(
      client.send(new GetObjectCommand({ Bucket: "media", Key: "results/1" })),
    ).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("in the queue: nothing, where no policy names it", async () => {
    const send = new SendMessageCommand({ QueueUrl: aws.sqs.queueUrl("work"), MessageBody: "x" });

    await expect(new SQSClient(await asWorker()).send(send)).rejects.toThrow(/sqs:SendMessage/);
  });
});

describe("each service refuses", () => {
  const calls = {
    dynamodb: (config: ReturnType<typeof machine>) =>
      new DynamoDBClient(config).send(new GetItemCommand({ TableName: "jobs", Key: row("JOB#1") })),
    s3: (config: ReturnType<typeof machine>) =>
      new S3Client(config).send(
        new PutObjectCommand({ Bucket: "media", Key: "results/2", Body: "" }),
      ),
    sts: (config: ReturnType<typeof machine>) =>
      new STSClient(config).send(new GetCallerIdentityCommand()),
  };

  test.each([
    ["dynamodb", "ExpiredTokenException"],
    ["s3", "ExpiredToken"],
    ["sts", "ExpiredToken"],
  ] as const)("an old session (%s: %s)", async (service, name) => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 901_000 });
    const config = await asWorker();
    vi.useRealTimers();

    await expect(calls[service](config)).rejects.toMatchObject({ name });
  });

  test.each([
    ["dynamodb", "UnrecognizedClientException"],
    ["s3", "InvalidToken"],
    ["sts", "InvalidClientTokenId"],
  ] as const)("a token that is not the session's (%s: %s)", async (service, name) => {
    const config = await asWorker();
    const credentials = { ...config.credentials, sessionToken: "guessed" };

    await expect(calls[service]({ ...config, credentials })).rejects.toMatchObject({ name });
  });

  test.each(["dynamodb", "s3", "sts"] as const)(
    "a session's key without its token (%s)",
    async (service) => {
      const { sessionToken: _, ...credentials } = await issue();

      await expect(calls[service]({ ...machine(), credentials })).rejects.toThrow(/./);
    },
  );
});
