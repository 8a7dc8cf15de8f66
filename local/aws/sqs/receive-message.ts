import type { LongPolls } from "./long-polls.ts";
import type { MessageAttributes } from "./message-attributes.ts";
import { md5Hex, md5OfAttributes, selectAttributes } from "./message-attributes.ts";
import type { MessageRow } from "./message-row.ts";
import type { MessageStore } from "./message-store.ts";
import type { Queue, QueueStore } from "./queue-store.ts";
import { sequenceNumber } from "./send-message.ts";
import { invalidParameter } from "./sqs-errors.ts";

export interface ReceiveMessageInput {
  readonly QueueUrl?: string;
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly WaitTimeSeconds?: number;
  readonly MessageAttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
  /** The older name of the same. */
  readonly AttributeNames?: readonly string[];
}

export interface ReceiveDependencies {
  readonly queues: QueueStore;
  readonly messages: MessageStore;
  readonly longPolls: LongPolls;
}

const messagesMax = 10;
const waitSecondsMax = 20;
export const visibilitySecondsMax = 43_200;

/** Receives what is there, or waits for it; `signal` is aborted when the receiver has gone. */
export async function receiveMessage(
  { queues, messages, longPolls }: ReceiveDependencies,
  input: ReceiveMessageInput,
  signal: AbortSignal,
) {
  const queue = queues.getByUrl(input.QueueUrl);
  const limit = checkRange("MaxNumberOfMessages", input.MaxNumberOfMessages ?? 1, 1, messagesMax);
  const visibilitySeconds = checkRange(
    "VisibilityTimeout",
    input.VisibilityTimeout ?? Number(queue.attributes["VisibilityTimeout"]),
    0,
    visibilitySecondsMax,
  );
  const waitSeconds = checkRange(
    "WaitTimeSeconds",
    input.WaitTimeSeconds ?? Number(queue.attributes["ReceiveMessageWaitTimeSeconds"]),
    0,
    waitSecondsMax,
  );

  const visibilityMs = visibilitySeconds * 1000;
  const atOnce = messages.take(queue, limit, visibilityMs);
  const received =
    atOnce.length > 0 || waitSeconds === 0
      ? atOnce
      : await longPolls.wait(queue, { limit, visibilityMs, waitMs: waitSeconds * 1000, signal });
  if (received.length === 0) return {};
  return { Messages: received.map((message) => present(message, queue, queues, input)) };
}

export function checkRange(name: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw invalidParameter(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}, if provided.`,
  );
}

function present(
  message: MessageRow,
  queue: Queue,
  queues: QueueStore,
  input: ReceiveMessageInput,
) {
  const wanted = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  const system = Object.entries(systemAttributes(message, queue, queues)).filter(
    ([name, value]) => value !== null && (wanted.includes("All") || wanted.includes(name)),
  );
  const attributes = selectAttributes(
    JSON.parse(message.attributes) as MessageAttributes,
    input.MessageAttributeNames ?? [],
  );
  return {
    MessageId: message.message_id,
    ReceiptHandle: message.receipt_handle,
    Body: message.body,
    MD5OfBody: md5Hex(message.body),
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...(Object.keys(attributes).length > 0 && {
      MessageAttributes: attributes,
      MD5OfMessageAttributes: md5OfAttributes(attributes),
    }),
  };
}

function systemAttributes(
  message: MessageRow,
  queue: Queue,
  queues: QueueStore,
): Record<string, string | null> {
  return {
    SenderId: "LOCAL",
    SentTimestamp: String(message.sent_at),
    ApproximateReceiveCount: String(message.receive_count),
    ApproximateFirstReceiveTimestamp: String(message.first_received_at),
    MessageGroupId: message.group_id,
    MessageDeduplicationId: message.deduplication_id,
    SequenceNumber: queue.isFifo ? sequenceNumber(message.position) : null,
    DeadLetterQueueSourceArn: message.source_queue && queues.arn(message.source_queue),
    AWSTraceHeader: message.trace_header,
  };
}
