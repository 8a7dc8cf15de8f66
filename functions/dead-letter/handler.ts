import { Logger } from "@aws-lambda-powertools/logger";
import { awsClients, eventBridgeClient } from "../../aws/clients.ts";
import { dynamodbJobStore } from "../../aws/dynamodb-job-store.ts";
import { eventbridgeEventBus } from "../../aws/eventbridge-event-bus.ts";
import { sqsWorkQueue } from "../../aws/sqs-work-queue.ts";
import { DeadLetterEnvironment, readEnvironment } from "../../contracts/environment.ts";
import { tellingJobStore } from "../../contracts/protocol/telling-job-store.ts";
import { batchChain } from "../batch-chain.ts";
import { deadLetter } from "./dead-letter.ts";

const environment = readEnvironment(DeadLetterEnvironment, process.env);
const { dynamodb, sqs, longPoll } = awsClients();
const logger = new Logger({ serviceName: "dead-letter" });

export const handler = batchChain(
  logger,
  deadLetter({
    jobs: tellingJobStore({
      jobs: dynamodbJobStore({ client: dynamodb, table: environment.JOBS_TABLE }),
      events: eventbridgeEventBus({
        client: eventBridgeClient(),
        deployment: environment.JOBS_TABLE,
      }),
      notTold: (jobId, error) => logger.warn("An end was not told.", { jobId, error }),
    }),
    queue: sqsWorkQueue({ client: sqs, longPoll, queueUrl: environment.WORK_QUEUE_URL }),
    log: logger,
    now: Date.now,
  }),
);
