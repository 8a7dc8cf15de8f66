import { lookup } from "node:dns/promises";
import { Logger } from "@aws-lambda-powertools/logger";
import { awsClients, eventBridgeClient } from "../../aws/clients.ts";
import { dynamodbWebhookStore } from "../../aws/dynamodb-webhook-store.ts";
import { eventbridgeEventBus } from "../../aws/eventbridge-event-bus.ts";
import { sqsDeliveryQueue } from "../../aws/sqs-delivery-queue.ts";
import { DeliverWebhooksEnvironment, readEnvironment } from "../../contracts/environment.ts";
import { batchChain } from "../batch-chain.ts";
import { publicResolver } from "../public-address.ts";
import { deliverWebhooks } from "./deliver-webhooks.ts";
import { webhookPoster } from "./post-webhook.ts";

const environment = readEnvironment(DeliverWebhooksEnvironment, process.env);
const { dynamodb, sqs } = awsClients();
const logger = new Logger({ serviceName: "deliver-webhooks" });

export const handler = batchChain(
  logger,
  deliverWebhooks({
    events: eventbridgeEventBus({
      client: eventBridgeClient(),
      deployment: environment.JOBS_TABLE,
    }),
    webhooks: dynamodbWebhookStore({ client: dynamodb, table: environment.JOBS_TABLE }),
    deliveryQueue: sqsDeliveryQueue({ client: sqs, queueUrl: environment.DELIVERY_QUEUE_URL }),
    post: webhookPoster({
      resolvePublic: publicResolver((hostname) => lookup(hostname, { all: true })),
    }),
    log: logger,
    now: Date.now,
  }),
);
