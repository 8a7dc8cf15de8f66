import {
  ChangeMessageVisibilityCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { DeliveryQueue } from "../contracts/ports/webhook-store.ts";

/** The queue of deliveries on SQS. */
export function sqsDeliveryQueue({
  client,
  queueUrl: QueueUrl,
}: {
  readonly client: SQSClient;
  readonly queueUrl: string;
}): DeliveryQueue {
  return {
    async send(message) {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
    },
    async hide(ReceiptHandle, seconds) {
      const VisibilityTimeout = Math.ceil(seconds);
      await client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }),
      );
    },
  };
}
