import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import type { Deliveries, Delivery } from "./deliveries.ts";

export interface SourceQueueOptions {
  readonly sqs: SQSClient;
  readonly queueArn: string;
  readonly queueUrl: string;
  /** The queue's own visibility timeout. */
  readonly visibilitySeconds: number;
  readonly deliveries: Pick<Deliveries, "begin" | "end">;
}

/** SQS's own limits for one receive. */
const receiveMax = 10;
const waitSecondsMax = 20;
/** Hides a message only this long until it is known to have arrived: its receiver may die with the answer unread. */
const arrivalSeconds = 5;

/** A queue as an event source reads it. */
export function createSourceQueue(options: SourceQueueOptions) {
  const { sqs, queueArn, queueUrl: QueueUrl, visibilitySeconds, deliveries } = options;

  const deliveriesOf = (messages: readonly Message[]): Delivery[] =>
    messages.map(({ ReceiptHandle }) => ({ queueArn, receipt: ReceiptHandle! }));

  return {
    /** Up to so many messages, hidden for the queue's visibility timeout from now. */
    async receive(
      { count, waitSeconds }: { count: number; waitSeconds: number },
      signal: AbortSignal,
    ): Promise<Message[]> {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: Math.min(count, receiveMax),
          WaitTimeSeconds: Math.min(waitSeconds, waitSecondsMax),
          VisibilityTimeout: Math.min(arrivalSeconds, visibilitySeconds),
          MessageSystemAttributeNames: ["All"],
          MessageAttributeNames: ["All"],
        }),
        { abortSignal: signal },
      );
      if (Messages.length === 0) return [];

      deliveries.begin(deliveriesOf(Messages));
      await sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl,
          Entries: Messages.map(({ ReceiptHandle }, index) => ({
            Id: `${index}`,
            ReceiptHandle,
            VisibilityTimeout: visibilitySeconds,
          })),
        }),
      );
      return Messages;
    },

    async remove(messages: readonly Message[]): Promise<void> {
      for (let first = 0; first < messages.length; first += receiveMax) {
        const Entries = messages
          .slice(first, first + receiveMax)
          .map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    },

    /** Delivers the message again after so many seconds. */
    async hide({ ReceiptHandle }: Message, seconds: number): Promise<void> {
      await sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: seconds }),
      );
    },

    /** Nothing more is done with these: what was not removed comes back by itself. */
    release: (messages: readonly Message[]): void => deliveries.end(deliveriesOf(messages)),
  };
}

export type SourceQueue = ReturnType<typeof createSourceQueue>;
