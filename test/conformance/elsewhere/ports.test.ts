import { setTimeout as wait } from "node:timers/promises";
import { CreateTableCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { afterAll, describe } from "vitest";
import { awsClients } from "../../../aws/clients.ts";
import { dynamodbIdempotencyStore } from "../../../aws/dynamodb-idempotency-store.ts";
import { dynamodbJobStore } from "../../../aws/dynamodb-job-store.ts";
import { dynamodbKeyStore } from "../../../aws/dynamodb-key-store.ts";
import { dynamodbScalerStore } from "../../../aws/dynamodb-scaler-store.ts";
import { dynamodbWebhookStore } from "../../../aws/dynamodb-webhook-store.ts";
import { dynamodbWorkerRegistry } from "../../../aws/dynamodb-worker-registry.ts";
import { s3MediaBucket } from "../../../aws/s3-media-bucket.ts";
import { sqsWorkQueue } from "../../../aws/sqs-work-queue.ts";
import { uniqueName } from "../../contracts/aws/endpoint.ts";
import { idempotencyStoreContract } from "../../contracts/idempotency-store.ts";
import { jobStoreContract } from "../../contracts/job-store.ts";
import { keyStoreContract } from "../../contracts/key-store.ts";
import { mediaBucketContract } from "../../contracts/media-bucket.ts";
import { scalerStoreContract } from "../../contracts/scaler-store.ts";
import { webhookStoreContract } from "../../contracts/webhook-store.ts";
import { workQueueContract } from "../../contracts/work-queue.ts";
import { workerRegistryContract } from "../../contracts/worker-registry.ts";
import { tableDefinition } from "../../support/table-definition.ts";
import { isServed } from "./endpoint.ts";

// The product's own clients, which find the services as they do in production.
const clients = awsClients();
afterAll(() => {
  for (const client of Object.values(clients)) client.destroy();
});

async function newTable() {
  const { dynamodb: client } = clients;
  const { ttlAttribute: _, ...definition } = tableDefinition(uniqueName("jobs"));
  await client.send(new CreateTableCommand({ ...definition, BillingMode: "PAY_PER_REQUEST" }));
  await waitUntilTableExists(
    { client, maxWaitTime: 60, minDelay: 0.05, maxDelay: 1 },
    { TableName: definition.TableName },
  );
  return { client, table: definition.TableName };
}

async function newBucket(): Promise<string> {
  const Bucket = uniqueName("media");
  await clients.s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

async function newQueue(): Promise<string> {
  const QueueName = uniqueName("work");
  return (await clients.sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl!;
}

describe.runIf(isServed("DynamoDB"))("job store", () => {
  jobStoreContract(async () => dynamodbJobStore(await newTable()));
});

describe.runIf(isServed("DynamoDB"))("worker registry", () => {
  workerRegistryContract(async (now) => dynamodbWorkerRegistry({ ...(await newTable()), now }));
});

describe.runIf(isServed("DynamoDB"))("scaler store", () => {
  scalerStoreContract(async () => dynamodbScalerStore(await newTable()));
});

describe.runIf(isServed("DynamoDB"))("key store", () => {
  keyStoreContract(async () => dynamodbKeyStore(await newTable()));
});

describe.runIf(isServed("DynamoDB"))("webhook store", () => {
  webhookStoreContract(async () => dynamodbWebhookStore(await newTable()));
});

describe.runIf(isServed("DynamoDB"))("idempotency store", () => {
  idempotencyStoreContract(async (now) => dynamodbIdempotencyStore({ ...(await newTable()), now }));
});

describe.runIf(isServed("S3"))("media bucket", () => {
  mediaBucketContract(async () => s3MediaBucket({ client: clients.s3, bucket: await newBucket() }));
});

describe.runIf(isServed("SQS"))("work queue", () => {
  workQueueContract(async () => {
    const { sqs: client, longPoll } = clients;
    return {
      queue: sqsWorkQueue({ client, longPoll, queueUrl: await newQueue() }),
      elapse: async (seconds) => {
        await wait(seconds * 1000);
      },
    };
  });
});
