import { Logger } from "@aws-lambda-powertools/logger";
import { awsClients, eventBridgeClient } from "../../aws/clients.ts";
import { dynamodbIdempotencyStore } from "../../aws/dynamodb-idempotency-store.ts";
import { dynamodbJobStore } from "../../aws/dynamodb-job-store.ts";
import { eventbridgeEventBus } from "../../aws/eventbridge-event-bus.ts";
import { s3MediaBucket } from "../../aws/s3-media-bucket.ts";
import { sqsWorkQueue } from "../../aws/sqs-work-queue.ts";
import { OnUploadEnvironment, readEnvironment } from "../../contracts/environment.ts";
import { tellingJobStore } from "../../contracts/protocol/telling-job-store.ts";
import { newJobId } from "../../contracts/job-id.ts";
import { batchChain } from "../batch-chain.ts";
import { onUpload } from "./on-upload.ts";

const environment = readEnvironment(OnUploadEnvironment, process.env);
const { dynamodb, s3, sqs, longPoll } = awsClients();
const logger = new Logger({ serviceName: "on-upload" });
const table = { client: dynamodb, table: environment.JOBS_TABLE };
const events = eventbridgeEventBus({
  client: eventBridgeClient(),
  deployment: environment.JOBS_TABLE,
});
const now = Date.now;

export const handler = batchChain(
  logger,
  onUpload({
    jobs: tellingJobStore({
      jobs: dynamodbJobStore(table),
      events,
      notTold: (jobId, error) => logger.warn("An end was not told.", { jobId, error }),
    }),
    idempotency: dynamodbIdempotencyStore(table),
    events,
    bucket: s3MediaBucket({ client: s3, bucket: environment.MEDIA_BUCKET }),
    queue: sqsWorkQueue({ client: sqs, longPoll, queueUrl: environment.WORK_QUEUE_URL }),
    inboxPipeline: environment.INBOX_PIPELINE,
    log: logger,
    newJobId: () => newJobId(now()),
    now,
  }),
);
