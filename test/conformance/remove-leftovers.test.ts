import { CreateTableCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { dynamoDbClient, s3Client, sqsClient } from "../contracts/aws/endpoint.ts";
import { openForTest } from "../local/aws/open-for-test.ts";
import { tableDefinition } from "../contracts/aws/dynamodb.setup.ts";
import { removeLeftovers } from "./remove-leftovers.ts";

const run = "framequeue-conformance-00000000-";

test("removes a run's tables, queues and buckets with all in them, and nothing of anybody else", async () => {
  await using local = await openForTest();
  const [dynamodb, sqs, s3] = [dynamoDbClient(local), sqsClient(local), s3Client(local)];
  const variables = {
    AWS_ENDPOINT_URL: local.url,
    AWS_REGION: local.region,
    AWS_ACCESS_KEY_ID: local.accessKeyId,
    AWS_SECRET_ACCESS_KEY: local.secretAccessKey,
  };
  for (const name of [`${run}mine`, "framequeue-conformance-11111111-other"]) {
    await dynamodb.send(new CreateTableCommand({ TableName: name, ...tableDefinition }));
    await sqs.send(new CreateQueueCommand({ QueueName: name }));
    await s3.send(new CreateBucketCommand({ Bucket: name }));
    await s3.send(new PutObjectCommand({ Bucket: name, Key: "a/b", Body: "x" }));
    await s3.send(new CreateMultipartUploadCommand({ Bucket: name, Key: "a/c" }));
  }

  await removeLeftovers(run, variables);

  const { TableNames } = await dynamodb.send(new ListTablesCommand({}));
  const { QueueUrls } = await sqs.send(new ListQueuesCommand({}));
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const other = "framequeue-conformance-11111111-other";
  expect(TableNames).toEqual([other]);
  expect(QueueUrls).toEqual([expect.stringContaining(other)]);
  expect(Buckets.map(({ Name }) => Name)).toEqual([other]);
});

test("refuses a beginning that others' names may have", async () => {
  await expect(removeLeftovers("frame", {})).rejects.toThrow("not ours");
});
