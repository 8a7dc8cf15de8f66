import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { LocalAws } from "../../../local/aws/local-aws.ts";
import { dynamoDbClient, s3Client, uniqueName } from "../../contracts/aws/endpoint.ts";
import { SqsActor } from "../../contracts/aws/sqs.setup.ts";
import { openForTest } from "./open-for-test.ts";

const page = "http://localhost:5173";
let local: LocalAws;
beforeAll(async () => {
  local = await openForTest({ corsOrigins: [page], ttlSweepSeconds: 0.2 });
});
afterAll(() => local.close());

describe("a queue", () => {
  test("takes its values as a template has them", async () => {
    const deadLetters = local.sqs.createQueue({ name: uniqueName("dead") });
    const RedrivePolicy = { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 3 };
    const attributes = { VisibilityTimeout: 90, SqsManagedSseEnabled: true, RedrivePolicy };

    const { url } = local.sqs.createQueue({ name: uniqueName("work"), attributes });

    expect(await new SqsActor(local).attributes(url)).toMatchObject({
      VisibilityTimeout: "90",
      SqsManagedSseEnabled: "true",
      RedrivePolicy: JSON.stringify(RedrivePolicy),
    });
  });

  test("has exactly the attributes of its last definition, and keeps its messages", async () => {
    const actor = new SqsActor(local);
    const name = uniqueName("work");
    const attributes = { VisibilityTimeout: 90, DelaySeconds: 1 };
    const { url } = local.sqs.createQueue({ name, attributes });
    await actor.send(url, "kept", { DelaySeconds: 0 });

    local.sqs.createQueue({ name, attributes: { VisibilityTimeout: 60 } });

    expect(await actor.attributes(url)).toMatchObject({
      VisibilityTimeout: "60",
      DelaySeconds: "0",
    });
    expect(await actor.bodies(url)).toEqual(["kept"]);
  });

  test("is refused with an attribute that is not emulated, by name", () => {
    const define = () =>
      local.sqs.createQueue({ name: "q", attributes: { FifoThroughputLimit: "perQueue" } });

    expect(define).toThrow("FifoThroughputLimit");
  });

  test("is refused before its dead-letter queue exists", () => {
    const deadLetterTargetArn = local.sqs.queueArn("not-yet");
    const RedrivePolicy = { deadLetterTargetArn, maxReceiveCount: 3 };

    const define = () => local.sqs.createQueue({ name: "early", attributes: { RedrivePolicy } });

    expect(define).toThrow("does not exist");
  });
});

describe("a bucket", () => {
  const rule = { allowedOrigins: ["https://app.example"], allowedMethods: ["PUT"] };

  test("admits this machine's pages besides the origins of its rules", async () => {
    const name = uniqueName("media");
    local.s3.createBucket({ name, cors: [{ ...rule, allowedHeaders: ["*"] }] });
    const put = new PutObjectCommand({ Bucket: name, Key: "k" });
    const url = await getSignedUrl(s3Client(local), put);

    const preflight = async (origin: string) => {
      const headers = { origin, "access-control-request-method": "PUT" };
      return (await fetch(url, { method: "OPTIONS", headers })).status;
    };

    expect(await preflight("https://app.example")).toBe(200);
    expect(await preflight(page)).toBe(200);
    expect(await preflight("http://evil.example")).toBe(403);
  });

  test("keeps its objects when it is defined again, without the rules that are gone", async () => {
    const name = uniqueName("media");
    local.s3.createBucket({ name, cors: [rule] });
    const s3 = s3Client(local);
    await s3.send(new PutObjectCommand({ Bucket: name, Key: "kept", Body: "x" }));

    local.s3.createBucket({ name });

    const get = new GetObjectCommand({ Bucket: name, Key: "kept" });
    expect((await s3.send(get)).ContentLength).toBe(1);
    const response = await fetch(await getSignedUrl(s3, get), { headers: { origin: page } });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("a table", () => {
  const byOwner = {
    IndexName: "byOwner",
    KeySchema: [{ AttributeName: "owner", KeyType: "HASH" as const }],
    Projection: { ProjectionType: "KEYS_ONLY" },
  };
  const definition = (TableName: string, index?: typeof byOwner) => ({
    TableName,
    AttributeDefinitions: (index ? ["pk", "owner"] : ["pk"]).map((AttributeName) => ({
      AttributeName,
      AttributeType: "S" as const,
    })),
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" as const }],
    ...(index && { GlobalSecondaryIndexes: [index] }),
  });
  const documents = () => DynamoDBDocumentClient.from(dynamoDbClient(local));
  const queryOwner = (TableName: string) =>
    documents().send(
      new QueryCommand({
        TableName,
        IndexName: "byOwner",
        KeyConditionExpression: "#owner = :owner",
        ExpressionAttributeNames: { "#owner": "owner" },
        ExpressionAttributeValues: { ":owner": "u1" },
      }),
    );

  test("gets, changes and loses indexes as its definition does, and keeps its items", async () => {
    const name = uniqueName("jobs");
    local.dynamodb.createTable(definition(name));
    const Item = { pk: "job", owner: "u1", size: 5 };
    await documents().send(new PutCommand({ TableName: name, Item }));

    local.dynamodb.createTable(definition(name, byOwner));
    expect((await queryOwner(name)).Items).toEqual([{ pk: "job", owner: "u1" }]);

    const everything = { ...byOwner, Projection: { ProjectionType: "ALL" } };
    local.dynamodb.createTable(definition(name, everything));
    expect((await queryOwner(name)).Items).toEqual([Item]);

    local.dynamodb.createTable(definition(name));
    await expect(queryOwner(name)).rejects.toThrow("does not have the specified index");
    const get = new GetCommand({ TableName: name, Key: { pk: "job" } });
    expect((await documents().send(get)).Item).toEqual(Item);
  });

  test("is refused with another key than it has", () => {
    const name = uniqueName("jobs");
    local.dynamodb.createTable(definition(name));

    const KeySchema = [{ AttributeName: "owner", KeyType: "HASH" as const }];
    const redefine = () => local.dynamodb.createTable({ ...definition(name), KeySchema });

    expect(redefine).toThrow("key");
  });

  test("loses items whose time is over, from its indexes too, and no others", async () => {
    const name = uniqueName("jobs");
    local.dynamodb.createTable({ ...definition(name, byOwner), ttlAttribute: "expiresAt" });
    const now = Math.floor(Date.now() / 1000);
    for (const [pk, expiresAt] of [
      ["over", now - 10],
      ["ahead", now + 1000],
      ["never", undefined],
    ]) {
      const Item = { pk, owner: "u1", ...(expiresAt !== undefined && { expiresAt }) };
      await documents().send(new PutCommand({ TableName: name, Item }));
    }

    await vi.waitFor(
      async () => {
        const { Items = [] } = await queryOwner(name);
        expect(Items.map(({ pk }) => pk).toSorted()).toEqual(["ahead", "never"]);
      },
      { timeout: 20_000 },
    );
  });
});
