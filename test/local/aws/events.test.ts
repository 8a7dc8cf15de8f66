import { join } from "node:path";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { QueueConfiguration } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LocalAws } from "../../../local/aws/local-aws.ts";
import { BlobStore } from "../../../local/aws/s3/blob-store.ts";
import { ObjectStore } from "../../../local/aws/s3/object-store.ts";
import { Database } from "../../../local/aws/state/database.ts";
import { errorOf, s3Client, uniqueName } from "../../contracts/aws/endpoint.ts";
import { SqsActor } from "../../contracts/aws/sqs.setup.ts";
import { openForTest, temporaryDirectory } from "./open-for-test.ts";

let local: LocalAws;
let actor: SqsActor;
beforeAll(async () => {
  local = await openForTest();
  actor = new SqsActor(local);
});
afterAll(() => local.close());

/** A bucket that tells EventBridge, and a rule that sends what is put below `uploads/` to a queue. */
function provisionRule() {
  const bucket = uniqueName("media");
  const queue = local.sqs.createQueue({ name: uniqueName("upload-events") });
  const object = { key: [{ prefix: "uploads/" }] };
  const detail = { bucket: { name: [bucket] }, object };
  const pattern = { source: ["aws.s3"], "detail-type": ["Object Created"], detail };
  local.s3.createBucket({ name: bucket, eventBridgeEnabled: true });
  local.events.putRule({ name: uniqueName("rule"), pattern, targets: [{ queueArn: queue.arn }] });
  return { bucket, queue };
}

async function receiveEvents(queueUrl: string): Promise<{ detail: Record<string, unknown> }[]> {
  const bodies = await actor.bodies(queueUrl);
  return bodies.map((body = "") => JSON.parse(body) as { detail: Record<string, unknown> });
}

describe("EventBridge", () => {
  test("delivers an object's creation in the form that AWS uses", async () => {
    const { bucket, queue } = provisionRule();
    const key = "uploads/a b+ü/source";

    const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: "12345" });
    const { ETag = "" } = await s3Client(local).send(put);

    expect(await receiveEvents(queue.url)).toEqual([
      {
        version: "0",
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        "detail-type": "Object Created",
        source: "aws.s3",
        account: "000000000000",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        region: "us-east-1",
        resources: [`arn:aws:s3:::${bucket}`],
        detail: {
          version: "0",
          bucket: { name: bucket },
          object: {
            key,
            size: 5,
            etag: ETag.replaceAll('"', ""),
            sequencer: expect.stringMatching(/^[0-9A-F]{16}$/),
          },
          "request-id": expect.any(String),
          requester: "000000000000",
          "source-ip-address": "127.0.0.1",
          reason: "PutObject",
        },
      },
    ]);
  });

  test("delivers nothing that the rule does not ask for", async () => {
    const { bucket, queue } = provisionRule();
    const s3 = s3Client(local);

    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "results/1", Body: "x" }));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "uploads/1", Body: "x" }));
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "uploads/1" }));

    expect(await receiveEvents(queue.url)).toMatchObject([{ detail: { reason: "PutObject" } }]);
  });

  test("delivers nothing for a refused write", async () => {
    const { bucket, queue } = provisionRule();
    const once = { Bucket: bucket, Key: "uploads/once", Body: "x", IfNoneMatch: "*" };
    await s3Client(local).send(new PutObjectCommand(once));

    await errorOf(s3Client(local).send(new PutObjectCommand(once)));

    expect(await receiveEvents(queue.url)).toHaveLength(1);
  });

  test("wakes a consumer that already polls", { timeout: 10_000 }, async () => {
    const { bucket, queue } = provisionRule();
    const poll = actor.bodies(queue.url, { WaitTimeSeconds: 20 });

    await s3Client(local).send(
      new PutObjectCommand({ Bucket: bucket, Key: "uploads/1", Body: "x" }),
    );

    expect(await poll).toHaveLength(1);
  });

  test("stops when the rule is removed, and starts anew when it is put again", async () => {
    const { bucket, queue } = provisionRule();
    const rule = {
      name: uniqueName("second"),
      pattern: { source: ["aws.s3"], detail: { bucket: { name: [bucket] } } },
      targets: [{ queueArn: queue.arn }],
    };
    const put = () =>
      s3Client(local).send(new PutObjectCommand({ Bucket: bucket, Key: "other", Body: "x" }));

    local.events.putRule(rule);
    local.events.removeRule(rule.name);
    await put();
    expect(await receiveEvents(queue.url)).toEqual([]);

    local.events.putRule(rule);
    await put();
    expect(await receiveEvents(queue.url)).toHaveLength(1);
  });

  test("refuses a rule for a queue that does not exist", () => {
    const targets = [{ queueArn: local.sqs.queueArn("missing") }];

    const put = () =>
      local.events.putRule({ name: "lost", pattern: { source: ["aws.s3"] }, targets });

    expect(put).toThrow("missing");
    expect(local.events.listRules()).not.toContain("lost");
  });
});

describe("S3's own notifications", () => {
  const configure = async (bucket: string, configuration: QueueConfiguration) =>
    s3Client(local).send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: bucket,
        NotificationConfiguration: { QueueConfigurations: [configuration] },
      }),
    );

  test("tell a queue about the objects that the filter lets through, with encoded keys", async () => {
    const bucket = uniqueName("media");
    const queue = local.sqs.createQueue({ name: uniqueName("native") });
    local.s3.createBucket({ name: bucket });
    const FilterRules = [{ Name: "prefix" as const, Value: "in/" }];
    const Filter = { Key: { FilterRules } };
    await configure(bucket, { QueueArn: queue.arn, Events: ["s3:ObjectCreated:*"], Filter });

    for (const Key of ["in/a b+ü.mp4", "out/c.mp4"]) {
      await s3Client(local).send(new PutObjectCommand({ Bucket: bucket, Key, Body: "123" }));
    }

    const bodies = await actor.bodies(queue.url);
    expect(bodies.map((body = "") => JSON.parse(body))).toMatchObject([
      {
        Records: [
          {
            eventName: "ObjectCreated:Put",
            s3: { bucket: { name: bucket }, object: { key: "in/a+b%2B%C3%BC.mp4", size: 3 } },
          },
        ],
      },
    ]);
  });

  test("are refused for a queue that does not exist", async () => {
    const bucket = uniqueName("media");
    local.s3.createBucket({ name: bucket });
    const QueueArn = local.sqs.queueArn("missing");

    const refusal = await errorOf(configure(bucket, { QueueArn, Events: ["s3:ObjectCreated:*"] }));

    expect(refusal?.name).toBe("InvalidArgument");
  });
});

test("an object whose event cannot be stored is not stored either", async () => {
  await using directory = await temporaryDirectory();
  const database = new Database(join(directory.path, "aws.db"));
  const blobs = new BlobStore(join(directory.path, "blobs"));
  let failing = false;
  const objects = new ObjectStore(database, blobs, () => {
    if (failing) throw new Error("no room for the event");
  });
  const object = { ranges: [], sizeBytes: 0, headers: {}, metadata: {}, checksums: {} };
  const put = (etag: string) =>
    objects.put({ bucket: "b", key: "k", reason: "PutObject" }, { ...object, etag }, {});
  put("first");

  failing = true;
  expect(() => put("second")).toThrow("no room");

  expect(objects.get("b", "k").etag).toBe("first");
  database.close();
});

test("a bucket without EventBridge tells no rule", async () => {
  const { bucket, queue } = provisionRule();
  local.s3.createBucket({ name: bucket, eventBridgeEnabled: false });
  const object = { Bucket: bucket, Key: "uploads/1" };

  await s3Client(local).send(new PutObjectCommand({ ...object, Body: "x" }));

  expect(await receiveEvents(queue.url)).toEqual([]);
  expect((await s3Client(local).send(new GetObjectCommand(object))).ContentLength).toBe(1);
});
