import { openLocalAws } from "../../../local/aws/local-aws.ts";

/** The local services as a process of their own, for tests that kill it: `node serve-for-test.ts DIRECTORY`. */
const local = await openLocalAws({ stateDirectory: process.argv[2] ?? "", port: 0 });
local.sqs.createQueue({ name: "work", attributes: { VisibilityTimeout: 1 } });
const events = local.sqs.createQueue({ name: "events" });
local.s3.createBucket({ name: "media", eventBridgeEnabled: true });
const targets = [{ queueArn: events.arn }];
local.events.putRule({ name: "created", pattern: { source: ["aws.s3"] }, targets });
local.dynamodb.createTable({
  TableName: "jobs",
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "state", AttributeType: "S" },
  ],
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
  GlobalSecondaryIndexes: [
    {
      IndexName: "byState",
      KeySchema: [{ AttributeName: "state", KeyType: "HASH" }],
      Projection: { ProjectionType: "ALL" },
    },
  ],
});
process.send?.(local.url);
