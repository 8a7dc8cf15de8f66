import {
  DeleteTableCommand,
  DynamoDBServiceException,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeClustersCommand,
  ECSServiceException,
  ListTasksCommand,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { DisableRuleCommand, EventBridgeServiceException } from "@aws-sdk/client-eventbridge";
import { DeleteBucketCommand, S3ServiceException } from "@aws-sdk/client-s3";
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
  const { teardown, dynamodb, ecs, eventBridge, s3 } = mocked();
  const noTable = new DynamoDBServiceException(refusal("ResourceNotFoundException"));
  dynamodb.on(UpdateTableCommand).rejects(noTable).on(DeleteTableCommand).rejects(noTable);
  ecs.on(StopTaskCommand).rejects(new ECSServiceException(refusal("InvalidParameterException")));
  eventBridge
    .on(DisableRuleCommand)
    .rejects(new EventBridgeServiceException(refusal("ResourceNotFoundException")));
  s3.on(DeleteBucketCommand).rejects(new S3ServiceException(refusal("NoSuchBucket")));

  await teardown.allowTableDeletion("jobs");
  await teardown.deleteTable("jobs");
  await teardown.stopTask("cluster", "task-1");
  await teardown.disableRule("rule-1");
  await teardown.deleteBucket("media");
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
