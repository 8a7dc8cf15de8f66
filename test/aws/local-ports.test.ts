import { describe } from "vitest";
import { dynamodbIdempotencyStore } from "../../aws/dynamodb-idempotency-store.ts";
import { dynamodbJobStore } from "../../aws/dynamodb-job-store.ts";
import { dynamodbKeyStore } from "../../aws/dynamodb-key-store.ts";
import { dynamodbWebhookStore } from "../../aws/dynamodb-webhook-store.ts";
import { dynamodbScalerStore } from "../../aws/dynamodb-scaler-store.ts";
import { dynamodbWorkerRegistry } from "../../aws/dynamodb-worker-registry.ts";
import { s3MediaBucket } from "../../aws/s3-media-bucket.ts";
import { sqsWorkQueue } from "../../aws/sqs-work-queue.ts";
import { idempotencyStoreContract } from "../contracts/idempotency-store.ts";
import { jobStoreContract } from "../contracts/job-store.ts";
import { keyStoreContract } from "../contracts/key-store.ts";
import { mediaBucketContract } from "../contracts/media-bucket.ts";
import { webhookStoreContract } from "../contracts/webhook-store.ts";
import { workQueueContract } from "../contracts/work-queue.ts";
import { scalerStoreContract } from "../contracts/scaler-store.ts";
import { workerRegistryContract } from "../contracts/worker-registry.ts";
import { useLocalAws } from "../support/local-aws.ts";

const local = useLocalAws();
const newTable = () => ({ client: local.clients().dynamodb, table: local.newTable() });

describe("job store on DynamoDB", () => {
  jobStoreContract(async () => dynamodbJobStore(newTable()));
});

describe("scaler store on DynamoDB", () => {
  scalerStoreContract(async () => dynamodbScalerStore(newTable()));
});

describe("worker registry on DynamoDB", () => {
  workerRegistryContract(async (now) => dynamodbWorkerRegistry({ ...newTable(), now }));
});

describe("idempotency store on DynamoDB", () => {
  idempotencyStoreContract(async (now) => dynamodbIdempotencyStore({ ...newTable(), now }));
});

describe("key store on DynamoDB", () => {
  keyStoreContract(async () => dynamodbKeyStore(newTable()));
});

describe("webhook store on DynamoDB", () => {
  webhookStoreContract(async () => dynamodbWebhookStore(newTable()));
});

describe("media bucket on S3", () => {
  mediaBucketContract(async () =>
    s3MediaBucket({ client: local.clients().s3, bucket: local.newBucket() }),
  );
});

describe("work queue on SQS", () => {
  workQueueContract(async () => {
    const { sqs: client, longPoll } = local.clients();
    return {
      queue: sqsWorkQueue({ client, longPoll, queueUrl: local.newQueue() }),
      elapse: local.elapse,
    };
  });
});
