import {
  CognitoIdentityProviderServiceException,
  DeleteUserPoolCommand,
  DescribeUserPoolCommand,
  ListUserPoolsCommand,
  UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import {
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBServiceException,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeClustersCommand,
  ECSServiceException,
  ListTasksCommand,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { DisableRuleCommand, EventBridgeServiceException } from "@aws-sdk/client-eventbridge";
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { expect, test } from "vitest";
import { awsTeardown, teardownClients } from "../../aws/teardown.ts";
import { NotAllowed } from "../../contracts/ports/aws-account.ts";

const refusal = (name: string) => ({
  name,
  message: name,
  $fault: "client" as const,
  $metadata: {},
});

function mocked() {
  const clients = teardownClients("eu-west-1");
  return {
    teardown: awsTeardown(clients),
    cognito: mockClient(clients.cognito),
    dynamodb: mockClient(clients.dynamodb),
    ecs: mockClient(clients.ecs),
    eventBridge: mockClient(clients.eventBridge),
    s3: mockClient(clients.s3),
  };
}

test("every page of tasks is read, and a task is stopped with a reason", async () => {
  const { teardown, ecs } = mocked();
  ecs
    .on(ListTasksCommand)
    .resolvesOnce({ taskArns: ["task-1"], nextToken: "next" })
    .resolvesOnce({ taskArns: ["task-2"] })
    .on(StopTaskCommand)
    .resolves({});

  expect(await teardown.listTasks("cluster")).toEqual(["task-1", "task-2"]);
  await teardown.stopTask("cluster", "task-1");
  expect(ecs.commandCalls(StopTaskCommand)[0]!.args[0].input).toMatchObject({
    cluster: "cluster",
    task: "task-1",
    reason: expect.any(String) as string,
  });
});

test("a cluster's instances are counted, also those that are draining; a cluster that is gone has none", async () => {
  const { teardown, ecs } = mocked();
  ecs
    .on(DescribeClustersCommand)
    .resolvesOnce({ clusters: [{ registeredContainerInstancesCount: 2 }] })
    .resolvesOnce({ clusters: [] });

  expect(await teardown.countInstances("cluster")).toBe(2);
  expect(await teardown.countInstances("cluster")).toBe(0);
});

test("what is gone already is no fault, whatever it was", async () => {
  const { teardown, cognito, dynamodb, ecs, eventBridge, s3 } = mocked();
  const noTable = new DynamoDBServiceException(refusal("ResourceNotFoundException"));
  dynamodb.on(UpdateTableCommand).rejects(noTable).on(DeleteTableCommand).rejects(noTable);
  ecs.on(StopTaskCommand).rejects(new ECSServiceException(refusal("InvalidParameterException")));
  eventBridge
    .on(DisableRuleCommand)
    .rejects(new EventBridgeServiceException(refusal("ResourceNotFoundException")));
  s3.on(DeleteBucketCommand).rejects(new S3ServiceException(refusal("NoSuchBucket")));
  cognito
    .on(UpdateUserPoolCommand)
    .rejects(new CognitoIdentityProviderServiceException(refusal("ResourceNotFoundException")));

  await teardown.allowTableDeletion("jobs");
  await teardown.deleteTable("jobs");
  await teardown.stopTask("cluster", "task-1");
  await teardown.disableRule("rule-1");
  await teardown.deleteBucket("media");
  await teardown.deletePeople("eu-west-1_abc");
});

test("a region without Cognito has no pools, and any other fault is one", async () => {
  const { teardown, cognito, dynamodb, s3 } = mocked();
  s3.on(ListBucketsCommand).resolves({});
  dynamodb.on(ListTablesCommand).resolves({});
  cognito
    .on(ListUserPoolsCommand)
    .rejectsOnce(Object.assign(new Error("no such host"), { code: "ENOTFOUND" }))
    .rejects(new Error("not today"));

  expect(await teardown.listTagged("Framequeue")).toEqual([]);
  await expect(teardown.listTagged("Framequeue")).rejects.toThrow("not today");
});

test("a pool of people goes although it is protected", async () => {
  const { teardown, cognito } = mocked();
  cognito.on(UpdateUserPoolCommand).resolves({}).on(DeleteUserPoolCommand).resolves({});

  await teardown.deletePeople("eu-west-1_abc");

  expect(cognito.calls().map(({ args }) => args[0].input)).toEqual([
    { UserPoolId: "eu-west-1_abc", DeletionProtection: "INACTIVE" },
    { UserPoolId: "eu-west-1_abc" },
  ]);
});

test("another error, and a right that the caller lacks, are faults", async () => {
  const { teardown, dynamodb, s3 } = mocked();
  dynamodb
    .on(DeleteTableCommand)
    .rejects(new DynamoDBServiceException(refusal("AccessDeniedException")));
  s3.on(DeleteBucketCommand).rejects(new S3ServiceException(refusal("BucketNotEmpty")));

  await expect(teardown.deleteTable("jobs")).rejects.toThrow(
    new NotAllowed("dynamodb:DeleteTable"),
  );
  await expect(teardown.deleteBucket("media")).rejects.toThrow("BucketNotEmpty");
});

test("an emptied bucket has no version and no delete marker either, where it was ever versioned", async () => {
  const { teardown, s3 } = mocked();
  s3.on(ListMultipartUploadsCommand)
    .resolves({})
    .on(ListObjectsV2Command)
    .resolves({})
    .on(DeleteObjectsCommand)
    .resolves({})
    .on(ListObjectVersionsCommand)
    .resolvesOnce({
      Versions: [
        { Key: "a", VersionId: "1" },
        { Key: "a", VersionId: "2" },
      ],
    })
    .resolvesOnce({ DeleteMarkers: [{ Key: "a", VersionId: "3" }] })
    .resolves({});

  await teardown.emptyBucket("media");

  const deleted = s3
    .commandCalls(DeleteObjectsCommand)
    .map(({ args }) => args[0].input.Delete?.Objects);
  expect(deleted).toEqual([
    [
      { Key: "a", VersionId: "1" },
      { Key: "a", VersionId: "2" },
    ],
    [{ Key: "a", VersionId: "3" }],
  ]);
});

test("a version that S3 does not delete is a fault, not an endless loop", async () => {
  const { teardown, s3 } = mocked();
  s3.on(ListMultipartUploadsCommand)
    .resolves({})
    .on(ListObjectsV2Command)
    .resolves({})
    .on(ListObjectVersionsCommand)
    .resolves({ Versions: [{ Key: "a", VersionId: "1" }] })
    .on(DeleteObjectsCommand)
    .resolves({ Errors: [{ Key: "a", Message: "locked" }] });

  await expect(teardown.emptyBucket("media")).rejects.toThrow("locked");
});

test("what a stack of this name and region has left is told from others' by CloudFormation's tag, or ours", async () => {
  const { teardown, cognito, dynamodb, s3 } = mocked();
  const made = (region: string, stack: string) => [
    { Key: "aws:cloudformation:stack-name", Value: stack },
    {
      Key: "aws:cloudformation:stack-id",
      Value: `arn:aws:cloudformation:${region}:111122223333:stack/${stack}/d0e1`,
    },
  ];
  // CloudFormation puts no tag on a table or a pool; ours is in the template.
  const ours = (stack: string) =>
    made("eu-west-1", stack)
      .slice(1)
      .map(({ Value }) => ({ Key: "framequeue:stack-id", Value }));
  const buckets = {
    "framequeue-ours": made("eu-west-1", "Framequeue"),
    "framequeue-elsewhere": made("us-east-1", "Framequeue"),
    "framequeue-other": made("eu-west-1", "FramequeueOther"),
  };
  s3.on(ListBucketsCommand).resolves({
    Buckets: [...Object.keys(buckets), "framequeue-nobodys"].map((Name) => ({ Name })),
  });
  s3.on(GetBucketTaggingCommand).rejects(new S3ServiceException(refusal("NoSuchTagSet")));
  for (const [Bucket, TagSet] of Object.entries(buckets)) {
    s3.on(GetBucketTaggingCommand, { Bucket }).resolves({ TagSet });
  }
  dynamodb
    .on(ListTablesCommand)
    .resolves({ TableNames: ["Framequeue-Jobs-1", "Framequeue-Jobs-2", "Other"] })
    .on(ListTagsOfResourceCommand)
    .resolves({ Tags: ours("FramequeueOther") })
    .on(ListTagsOfResourceCommand, { ResourceArn: "arn:Framequeue-Jobs-1" })
    .resolves({ Tags: ours("Framequeue") });
  for (const TableName of ["Framequeue-Jobs-1", "Framequeue-Jobs-2"]) {
    dynamodb
      .on(DescribeTableCommand, { TableName })
      .resolves({ Table: { TableArn: `arn:${TableName}` } });
  }
  const pools = {
    "eu-west-1_ours": ours("Framequeue"),
    "eu-west-1_other": ours("FramequeueOther"),
    "eu-west-1_nobodys": [],
  };
  cognito
    .on(ListUserPoolsCommand)
    .resolves({ UserPools: Object.keys(pools).map((Id) => ({ Id })) });
  for (const [UserPoolId, tags] of Object.entries(pools)) {
    const UserPoolTags = Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
    cognito.on(DescribeUserPoolCommand, { UserPoolId }).resolves({ UserPool: { UserPoolTags } });
  }

  expect(await teardown.listTagged("Framequeue")).toEqual([
    { type: "AWS::S3::Bucket", physicalId: "framequeue-ours" },
    { type: "AWS::DynamoDB::GlobalTable", physicalId: "Framequeue-Jobs-1" },
    { type: "AWS::Cognito::UserPool", physicalId: "eu-west-1_ours" },
  ]);
  expect(s3.commandCalls(ListBucketsCommand)[0]!.args[0].input).toMatchObject({
    BucketRegion: "eu-west-1",
    Prefix: "framequeue",
  });
});
