import {
  DeleteTableCommand,
  DynamoDBClient,
  paginateListTables,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { DeleteBucketCommand, paginateListBuckets, S3Client } from "@aws-sdk/client-s3";
import { DeleteQueueCommand, paginateListQueues, SQSClient } from "@aws-sdk/client-sqs";
import { removeAllObjects } from "../../aws/s3-remove-all.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** Removes every table, queue and bucket, with all that is in them, whose name begins so; throws on a beginning too short to be a run's. */
export async function removeLeftovers(prefix: string, variables: Variables): Promise<void> {
  if (prefix.length < 16) throw new Error(`"${prefix}" may begin names that are not ours.`);
  await removeTables(prefix, new DynamoDBClient(optionsFor("DYNAMODB", variables)));
  await removeQueues(prefix, new SQSClient(optionsFor("SQS", variables)));
  await removeBuckets(prefix, new S3Client(optionsFor("S3", variables)));
}

async function removeTables(prefix: string, client: DynamoDBClient): Promise<void> {
  const ours: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client }, {})) {
    ours.push(...TableNames.filter((name) => name.startsWith(prefix)));
  }
  for (const TableName of ours) {
    // One that is still changing, an index of it for one, cannot be deleted.
    await waitUntilTableExists({ client, maxWaitTime: 300, minDelay: 1 }, { TableName });
    await client.send(new DeleteTableCommand({ TableName }));
  }
  client.destroy();
}

async function removeQueues(prefix: string, client: SQSClient): Promise<void> {
  const ours: string[] = [];
  const pages = paginateListQueues({ client, pageSize: 1000 }, { QueueNamePrefix: prefix });
  for await (const { QueueUrls = [] } of pages) ours.push(...QueueUrls);
  for (const QueueUrl of ours) await client.send(new DeleteQueueCommand({ QueueUrl }));
  client.destroy();
}

async function removeBuckets(prefix: string, client: S3Client): Promise<void> {
  const ours: string[] = [];
  for await (const { Buckets = [] } of paginateListBuckets({ client }, { Prefix: prefix })) {
    // Not every implementation knows the prefix.
    ours.push(...Buckets.flatMap(({ Name }) => (Name?.startsWith(prefix) ? [Name] : [])));
  }
  for (const bucket of ours) {
    await removeAllObjects({ client, bucket, prefix: "" });
    await client.send(new DeleteBucketCommand({ Bucket: bucket }));
  }
  client.destroy();
}

function optionsFor(service: string, variables: Variables) {
  const endpoint = variables[`AWS_ENDPOINT_URL_${service}`] ?? variables["AWS_ENDPOINT_URL"];
  return {
    region: variables["AWS_REGION"]!,
    ...(endpoint !== undefined && { endpoint }),
    credentials: {
      accessKeyId: variables["AWS_ACCESS_KEY_ID"]!,
      secretAccessKey: variables["AWS_SECRET_ACCESS_KEY"]!,
      ...(variables["AWS_SESSION_TOKEN"] && { sessionToken: variables["AWS_SESSION_TOKEN"] }),
    },
  };
}
