import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import chain from "@middy/core";
import { awsClients, eventBridgeClient } from "../../aws/clients.ts";
import { dynamodbJobStore } from "../../aws/dynamodb-job-store.ts";
import { eventbridgeEventBus } from "../../aws/eventbridge-event-bus.ts";
import { s3MediaBucket } from "../../aws/s3-media-bucket.ts";
import { sqsWorkQueue } from "../../aws/sqs-work-queue.ts";
import { readEnvironment, SweepEnvironment } from "../../contracts/environment.ts";
import { tellingJobStore } from "../../contracts/protocol/telling-job-store.ts";
import { timingFor } from "../../contracts/timing.ts";
import { emfMetrics } from "../emf-metrics.ts";
import { sweep } from "./sweep.ts";

const environment = readEnvironment(SweepEnvironment, process.env);
const { dynamodb, s3, sqs, longPoll } = awsClients();
const logger = new Logger({ serviceName: "sweep" });
const events = eventbridgeEventBus({
  client: eventBridgeClient(),
  deployment: environment.JOBS_TABLE,
});

export const handler = chain(
  sweep({
    jobs: tellingJobStore({
      jobs: dynamodbJobStore({ client: dynamodb, table: environment.JOBS_TABLE }),
      events,
      notTold: (jobId, error) => logger.warn("An end was not told.", { jobId, error }),
    }),
    events,
    bucket: s3MediaBucket({ client: s3, bucket: environment.MEDIA_BUCKET }),
    queue: sqsWorkQueue({ client: sqs, longPoll, queueUrl: environment.WORK_QUEUE_URL }),
    timing: timingFor(environment.LEASE_SECONDS),
    count: emfMetrics("sweep"),
    log: logger,
    now: Date.now,
  }),
).use(injectLambdaContext(logger));
