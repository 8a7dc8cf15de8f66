import { Logger } from "@aws-lambda-powertools/logger";
import { awsClients, eventBridgeClient } from "../../aws/clients.ts";
import { dynamodbIdempotencyStore } from "../../aws/dynamodb-idempotency-store.ts";
import { dynamodbJobStore } from "../../aws/dynamodb-job-store.ts";
import { dynamodbScalerStore } from "../../aws/dynamodb-scaler-store.ts";
import { dynamodbWorkerRegistry } from "../../aws/dynamodb-worker-registry.ts";
import { eventbridgeEventBus } from "../../aws/eventbridge-event-bus.ts";
import { s3MediaBucket } from "../../aws/s3-media-bucket.ts";
import { s3MediaSigner } from "../../aws/s3-media-signer.ts";
import { sqsWorkQueue } from "../../aws/sqs-work-queue.ts";
import { ApiEnvironment, readEnvironment } from "../../contracts/environment.ts";
import { newJobId } from "../../contracts/job-id.ts";
import { aliveSecondsFor, timingFor } from "../../contracts/timing.ts";
import { apiChain } from "./api-chain.ts";
import { behaviours } from "./behaviours.ts";
import { router } from "./router.ts";

const environment = readEnvironment(ApiEnvironment, process.env);
const { dynamodb, s3, sqs, longPoll } = awsClients();
const logger = new Logger({ serviceName: "api" });
const table = { client: dynamodb, table: environment.JOBS_TABLE };
const media = { client: s3, bucket: environment.MEDIA_BUCKET };
const now = Date.now;

const answers = behaviours({
  jobs: dynamodbJobStore(table),
  workers: dynamodbWorkerRegistry(table),
  scaler: dynamodbScalerStore(table),
  idempotency: dynamodbIdempotencyStore(table),
  events: eventbridgeEventBus({ client: eventBridgeClient() }),
  bucket: s3MediaBucket(media),
  signer: s3MediaSigner({ ...media, now }),
  queue: sqsWorkQueue({ client: sqs, longPoll, queueUrl: environment.WORK_QUEUE_URL }),
  uploadBytesMax: environment.UPLOAD_BYTES_MAX,
  timing: timingFor(environment.LEASE_SECONDS),
  aliveSeconds: aliveSecondsFor(environment.HEARTBEAT_SECONDS),
  log: logger,
  newJobId: () => newJobId(now()),
  now,
});

export const handler = apiChain(
  logger,
  router(answers, { defaultOwner: environment.DEFAULT_OWNER }),
);
