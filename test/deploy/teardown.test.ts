import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { awsTeardown, teardownClients } from "../../aws/teardown.ts";
import { stackTag } from "../../contracts/ports/aws-teardown.ts";
import { environmentAt, startMoto } from "./target.ts";

const moto = await startMoto();
const absent = "absent" in moto ? moto.absent : undefined;
if (absent !== undefined) console.log(`skipped  taking things away in moto: ${absent}`);

const region = "us-east-1";
const tags = [
  {
    Key: "aws:cloudformation:stack-id",
    Value: `arn:aws:cloudformation:${region}:123456789012:stack/Framequeue/d0e1`,
  },
];

beforeAll(() => {
  if ("absent" in moto) return;
  for (const [name, value] of Object.entries(environmentAt(moto.url))) {
    if (value !== undefined) vi.stubEnv(name, value);
  }
});
afterAll(async () => {
  if (!("absent" in moto)) await moto.close();
  vi.unstubAllEnvs();
});

test.skipIf(absent)(
  "what a stack has left is found by its tag and goes: versions, delete markers, unfinished uploads, a protected table",
  async () => {
    const s3 = new S3Client({ region, forcePathStyle: true });
    const [Bucket, Key] = ["framequeue-mediabucket-1", "uploads/a/source"];
    await s3.send(new CreateBucketCommand({ Bucket }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    for (const Body of ["one", "two"]) await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const TableName = "Framequeue-Jobs-1";
    await new DynamoDBClient({ region }).send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
        DeletionProtectionEnabled: true,
        // CloudFormation puts no tag of its own on a table.
        Tags: tags.map(({ Value }) => ({ Key: stackTag, Value })),
      }),
    );
    const clients = teardownClients(region);
    const teardown = awsTeardown(clients);

    // The bucket has no tag: S3 lets nobody but CloudFormation set this one, and so does moto.
    expect(await teardown.listTagged("Framequeue")).toEqual([
      { type: "AWS::DynamoDB::GlobalTable", physicalId: TableName },
    ]);
    expect(await teardown.listTagged("FramequeueOther")).toEqual([]);
    await expect(teardown.deleteTable(TableName)).rejects.toThrow(/protect/i);

    await teardown.emptyBucket(Bucket);
    await teardown.deleteBucket(Bucket);
    await teardown.allowTableDeletion(TableName);
    await teardown.deleteTable(TableName);

    await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: "NotFound",
    });
    expect(await teardown.listTagged("Framequeue")).toEqual([]);
  },
  60_000,
);
