import { createHash } from "node:crypto";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSServiceException,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { queueIdOf, type WorkQueue } from "../contracts/ports/work-queue.ts";

/** The work queue on SQS. Receiving has a client of its own, so that it cannot hold up who sends. */
export function sqsWorkQueue({
  client,
  longPoll,
  queueUrl,
}: {
  readonly client: SQSClient;
  readonly longPoll: SQSClient;
  readonly queueUrl: string;
}): WorkQueue {
  return {
    queueId: queueIdOf(queueUrl),

    async send(message, { owner }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(message),
          ...(owner !== undefined && { MessageGroupId: groupOf(owner) }),
        }),
      );
    },

    async receive({ waitSeconds, visibilitySeconds, signal }) {
      const command = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 1,
        WaitTimeSeconds: Math.ceil(waitSeconds),
        VisibilityTimeout: Math.ceil(visibilitySeconds),
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      });
      try {
        const { Messages = [] } = await longPoll.send(command, signal && { abortSignal: signal });
        const [message] = Messages;
        return (
          message && {
            body: message.Body ?? "",
            receipt: message.ReceiptHandle!,
            receiveCount: Number(message.Attributes?.ApproximateReceiveCount),
          }
        );
      } catch (error) {
        if (signal?.aborted) return undefined;
        throw error;
      }
    },

    async renew(receipt, visibilitySeconds) {
      await unlessDeliveryIsOver(
        client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: queueUrl,
            ReceiptHandle: receipt,
            VisibilityTimeout: Math.ceil(visibilitySeconds),
          }),
        ),
      );
    },

    async acknowledge(receipt) {
      await unlessDeliveryIsOver(
        client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt })),
      );
    },

    async depth() {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: queueUrl,
          AttributeNames: [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
          ],
        }),
      );
      return {
        visible: Number(Attributes.ApproximateNumberOfMessages),
        inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
        delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed),
      };
    },
  };
}

/**
 * Groups make a standard queue a fair one: while one group has much in flight, SQS gives others' messages out first. A digest,
 * because an issuer's names of owners may hold what a group's may not.
 */
const groupOf = (owner: string): string => createHash("sha256").update(owner).digest("hex");

const overNames = ["MessageNotInflight", "ReceiptHandleIsInvalid"];

/** A receipt of an earlier delivery does nothing; the message is somebody else's by now, or gone. */
async function unlessDeliveryIsOver(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    const over =
      error instanceof SQSServiceException &&
      (overNames.includes(error.name) ||
        /does not exist or is not available|receipt handle has expired/i.test(error.message));
    if (!over) throw error;
  }
}
