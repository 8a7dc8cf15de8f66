import { readdirSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { openLocalAws } from "../../../local/aws/local-aws.ts";
import { errorOf, s3Client } from "../../contracts/aws/endpoint.ts";
import { SqsActor } from "../../contracts/aws/sqs.setup.ts";
import { openForTest, temporaryDirectory } from "./open-for-test.ts";

test("a second server on the same state is refused until the first has closed", async () => {
  await using directory = await temporaryDirectory();
  const options = { stateDirectory: directory.path, port: 0 };
  const first = await openLocalAws(options);

  await expect(openLocalAws(options)).rejects.toThrow(/in use by another process/);
  await first.close();

  await using second = await openLocalAws(options);
  expect(second.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test("a port that is taken leaves the state unlocked", async () => {
  await using first = await openForTest();
  await using directory = await temporaryDirectory();
  const options = { stateDirectory: directory.path, port: 0 };

  const port = Number(new URL(first.url).port);
  await expect(openLocalAws({ ...options, port })).rejects.toThrow("EADDRINUSE");

  await using second = await openLocalAws(options);
  expect(second.url).not.toBe(first.url);
});

test("buckets, rules and messages in flight are there after a restart", async () => {
  await using directory = await temporaryDirectory();
  const options = { stateDirectory: directory.path, port: 0 };
  const first = await openLocalAws(options);
  const attributes = { VisibilityTimeout: 60 };
  const { url } = first.sqs.createQueue({ name: "work", attributes });
  first.s3.createBucket({ name: "media", eventBridgeEnabled: true });
  const targets = [{ queueArn: first.sqs.queueArn("work") }];
  first.events.putRule({ name: "uploads", pattern: { source: ["aws.s3"] }, targets });
  await new SqsActor(first).send(url, "in flight");
  const [message] = await new SqsActor(first).receive(url);
  await first.close();

  await using second = await openLocalAws(options);
  const actor = new SqsActor(second);
  const queueUrl = second.sqs.queueUrl("work");
  expect(await actor.receive(queueUrl)).toEqual([]);
  await actor.changeVisibility(queueUrl, message ?? {}, 0);
  expect(await actor.bodies(queueUrl)).toEqual(["in flight"]);
  await s3Client(second).send(new PutObjectCommand({ Bucket: "media", Key: "k", Body: "x" }));
  expect(await actor.bodies(queueUrl)).toHaveLength(1);
});

test("files that no object or part names are removed at the next start", async () => {
  await using directory = await temporaryDirectory();
  const options = { stateDirectory: directory.path, port: 0 };
  const first = await openLocalAws(options);
  first.s3.createBucket({ name: "media" });
  await s3Client(first).send(new PutObjectCommand({ Bucket: "media", Key: "k", Body: "x" }));
  const blobs = join(directory.path, "blobs");
  const kept = readdirSync(blobs);
  await first.close();
  writeFileSync(join(blobs, "half-an-upload"), "…");

  await using _ = await openLocalAws(options);

  expect(readdirSync(blobs)).toEqual(kept);
});

test("a replaced, a deleted and a refused object leave no file behind", async () => {
  await using directory = await temporaryDirectory();
  await using local = await openLocalAws({ stateDirectory: directory.path, port: 0 });
  local.s3.createBucket({ name: "media" });
  const put = (Body: string, condition = {}) =>
    s3Client(local).send(new PutObjectCommand({ Bucket: "media", Key: "k", Body, ...condition }));

  await put("first");
  await put("second");
  await errorOf(put("third", { IfNoneMatch: "*" }));
  await errorOf(put("fourth", { ContentMD5: Buffer.alloc(16).toString("base64") }));

  expect(readdirSync(join(directory.path, "blobs"))).toHaveLength(1);
});

test("close ends long polls and idle connections at once", { timeout: 10_000 }, async () => {
  const local = await openForTest();
  const { url } = local.sqs.createQueue({ name: "work" });
  const poll = errorOf(new SqsActor(local).receive(url, { WaitTimeSeconds: 20 }));
  await new Promise((resolve) => setTimeout(resolve, 200));

  await local.close();

  await poll;
  const refused = new Promise((resolve) => get(local.url).once("error", resolve));
  expect(await refused).toMatchObject({ code: "ECONNREFUSED" });
});

test("clients set up for another region are told so", async () => {
  await using local = await openForTest({ region: "eu-central-1" });
  const { url: endpoint, accessKeyId, secretAccessKey } = local;
  const configuration = {
    endpoint,
    region: "us-east-1",
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
  };

  const s3 = await errorOf(new S3Client(configuration).send(new ListBucketsCommand({})));
  const sqs = await errorOf(new SQSClient(configuration).send(new ListQueuesCommand({})));

  for (const refusal of [s3, sqs]) {
    expect(refusal?.message).toContain("the region 'us-east-1' is wrong; expecting 'eu-central-1'");
  }
});
