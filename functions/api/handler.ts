import { randomBytes } from "node:crypto";
import { lookup } from "node:dns/promises";
import { Logger } from "@aws-lambda-powertools/logger";
import { awsClients, eventBridgeClient } from "../../aws/clients.ts";
import { dynamodbIdempotencyStore } from "../../aws/dynamodb-idempotency-store.ts";
import { dynamodbJobStore } from "../../aws/dynamodb-job-store.ts";
import { dynamodbScalerStore } from "../../aws/dynamodb-scaler-store.ts";
import { dynamodbWebhookStore } from "../../aws/dynamodb-webhook-store.ts";
import { dynamodbWorkerRegistry } from "../../aws/dynamodb-worker-registry.ts";
import { eventbridgeEventBus } from "../../aws/eventbridge-event-bus.ts";
import { s3MediaBucket } from "../../aws/s3-media-bucket.ts";
import { s3MediaSigner } from "../../aws/s3-media-signer.ts";
import { sqsDeliveryQueue } from "../../aws/sqs-delivery-queue.ts";
import { sqsWorkQueue } from "../../aws/sqs-work-queue.ts";
import { stsClient } from "../../aws/sts-client.ts";
import { stsWorkerCredentials } from "../../aws/sts-worker-credentials.ts";
import { ApiEnvironment, HostEnvironment, readEnvironment } from "../../contracts/environment.ts";
import { newJobId } from "../../contracts/job-id.ts";
import { tellingJobStore } from "../../contracts/protocol/telling-job-store.ts";
import { aliveSecondsFor, timingFor } from "../../contracts/timing.ts";
import { webhookSecret, webhookSecretBytes } from "../../contracts/webhook.ts";
import { publicResolver } from "../public-address.ts";
import { apiChain } from "./api-chain.ts";
import { behaviours } from "./behaviours.ts";
import { router } from "./router.ts";

const environment = readEnvironment(ApiEnvironment, process.env);
const host = readEnvironment(HostEnvironment, process.env);
const { dynamodb, s3, sqs, longPoll } = awsClients();
const logger = new Logger({ serviceName: "api" });
const table = { client: dynamodb, table: environment.JOBS_TABLE };
const media = { client: s3, bucket: environment.MEDIA_BUCKET };
const now = Date.now;
const events = eventbridgeEventBus({
  client: eventBridgeClient(),
  deployment: environment.JOBS_TABLE,
});

const answers = behaviours({
  jobs: tellingJobStore({
    jobs: dynamodbJobStore(table),
    events,
    notTold: (jobId, error) => logger.warn("An end was not told.", { jobId, error }),
  }),
  events,
  webhooks: dynamodbWebhookStore(table),
  deliveryQueue: sqsDeliveryQueue({ client: sqs, queueUrl: environment.DELIVERY_QUEUE_URL }),
  resolvePublic: publicResolver((hostname) => lookup(hostname, { all: true })),
  newWebhook: () => ({
    webhookId: `wh_${newJobId(now())}`,
    secret: webhookSecret(randomBytes(webhookSecretBytes)),
  }),
  workers: dynamodbWorkerRegistry(table),
  scaler: dynamodbScalerStore(table),
  idempotency: dynamodbIdempotencyStore(table),

  bucket: s3MediaBucket(media),
  signer: s3MediaSigner({ ...media, now }),
  queue: sqsWorkQueue({ client: sqs, longPoll, queueUrl: environment.WORK_QUEUE_URL }),
  credentials: stsWorkerCredentials({ client: stsClient(), roleArn: environment.WORKER_ROLE_ARN }),
  configuration: {
    region: host.AWS_REGION,
    jobs_table: environment.JOBS_TABLE,
    media_bucket: environment.MEDIA_BUCKET,
    work_queue_url: environment.WORK_QUEUE_URL,
    lease_seconds: environment.LEASE_SECONDS,
    heartbeat_seconds: environment.HEARTBEAT_SECONDS,
    segment_frames: environment.SEGMENT_FRAMES,
    ...(host.AWS_ENDPOINT_URL && { endpoint_url: host.AWS_ENDPOINT_URL }),
  },
  revokedWithinSeconds: environment.REVOKED_WITHIN_SECONDS,
  uploadBytesMax: environment.UPLOAD_BYTES_MAX,
  timing: timingFor(environment.LEASE_SECONDS),
  aliveSeconds: aliveSecondsFor(environment.HEARTBEAT_SECONDS),
  log: logger,
  newJobId: () => newJobId(now()),
  now,
});

export const handler = apiChain(logger, router(answers));
