import { createHash, randomUUID } from "node:crypto";
import type { Database } from "../state/database.ts";
import type { MessageAttribute, MessageAttributes } from "./message-attributes.ts";
import { md5Hex, md5OfAttributes, measureAttributes } from "./message-attributes.ts";
import type { MessageStore } from "./message-store.ts";
import type { Queue } from "./queue-store.ts";
import { invalidParameter, missingParameter } from "./sqs-errors.ts";

export interface SendMessageInput {
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: MessageAttributes;
  readonly MessageSystemAttributes?: { readonly AWSTraceHeader?: MessageAttribute };
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

export interface SentMessage {
  readonly MessageId: string;
  readonly MD5OfMessageBody: string;
  readonly MD5OfMessageAttributes: string | undefined;
  readonly SequenceNumber: string | undefined;
}

const delaySecondsMax = 900;
const deduplicationMs = 5 * 60_000;
const sequenceBase = 18_860_000_000_000_000_000n;

/** The number that FIFO queues put on messages. */
export function sequenceNumber(position: number): string {
  return String(sequenceBase + BigInt(position));
}

/** Checks and adds messages; a FIFO queue remembers what it was sent within five minutes. */
export class MessageSender {
  readonly #database: Database;
  readonly #messages: MessageStore;

  constructor(database: Database, messages: MessageStore) {
    this.#database = database;
    this.#messages = messages;
    database.define(`CREATE TABLE IF NOT EXISTS sqs_deduplication (
      queue TEXT, id TEXT, message_id TEXT NOT NULL, sequence_number TEXT NOT NULL,
      sent_at INTEGER NOT NULL, PRIMARY KEY (queue, id)) WITHOUT ROWID`);
  }

  /** Adds the message in the transaction of the caller, if there is one. */
  send(queue: Queue, input: SendMessageInput): SentMessage {
    const body = checkBody(queue, input);
    const attributes = input.MessageAttributes ?? {};
    const digests = {
      MD5OfMessageBody: md5Hex(body),
      MD5OfMessageAttributes: md5OfAttributes(attributes),
    };
    const deduplicationId = queue.isFifo ? fifoDeduplicationId(queue, input, body) : null;
    const duplicate = deduplicationId && this.#findDuplicate(queue.name, deduplicationId);
    if (duplicate) {
      const { message_id: MessageId, sequence_number: SequenceNumber } = duplicate;
      return { MessageId, SequenceNumber, ...digests };
    }

    const MessageId = randomUUID();
    return this.#database.transaction(() => {
      const position = this.#messages.insert(queue.name, {
        message_id: MessageId,
        body,
        attributes: JSON.stringify(attributes),
        trace_header: input.MessageSystemAttributes?.AWSTraceHeader?.StringValue ?? null,
        group_id: input.MessageGroupId ?? null,
        deduplication_id: deduplicationId ?? input.MessageDeduplicationId ?? null,
        delayMs: delaySeconds(queue, input) * 1000,
      });
      const SequenceNumber = queue.isFifo ? sequenceNumber(position) : undefined;
      if (deduplicationId !== null && SequenceNumber !== undefined) {
        this.#database.run(
          "INSERT OR REPLACE INTO sqs_deduplication VALUES (?,?,?,?,?)",
          queue.name,
          deduplicationId,
          MessageId,
          SequenceNumber,
          Date.now(),
        );
      }
      return { MessageId, SequenceNumber, ...digests };
    });
  }

  /** Forgets what was sent too long ago to be a duplicate. */
  expire(): void {
    this.#database.run(
      "DELETE FROM sqs_deduplication WHERE sent_at<?",
      Date.now() - deduplicationMs,
    );
  }

  #findDuplicate(queue: string, id: string) {
    return this.#database.find<{ message_id: string; sequence_number: string }>(
      "SELECT * FROM sqs_deduplication WHERE queue=? AND id=? AND sent_at>?",
      queue,
      id,
      Date.now() - deduplicationMs,
    );
  }
}

function checkBody(queue: Queue, input: SendMessageInput): string {
  const { MessageBody: body, MessageGroupId: group } = input;
  if (!body) throw missingParameter("MessageBody");
  // oxlint-disable-next-line no-control-regex
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(body)) {
    throw invalidParameter(
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
      "InvalidMessageContents",
    );
  }
  if (group !== undefined && !/^[!-~]{1,128}$/.test(group)) {
    throw invalidParameter(
      "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length",
    );
  }
  const sizeBytesMax = Number(queue.attributes["MaximumMessageSize"]);
  const sizeBytes = Buffer.byteLength(body) + measureAttributes(input.MessageAttributes ?? {});
  if (sizeBytes > sizeBytesMax) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${sizeBytesMax} bytes.`,
    );
  }
  return body;
}

function fifoDeduplicationId(queue: Queue, input: SendMessageInput, body: string): string {
  if (input.MessageGroupId === undefined) throw missingParameter("MessageGroupId");
  if (input.MessageDeduplicationId !== undefined) return input.MessageDeduplicationId;
  if (queue.attributes["ContentBasedDeduplication"] !== "true") {
    throw invalidParameter(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
  return createHash("sha256").update(body).digest("hex");
}

function delaySeconds(queue: Queue, input: SendMessageInput): number {
  const ofQueue = Number(queue.attributes["DelaySeconds"]);
  const seconds = queue.isFifo ? ofQueue : (input.DelaySeconds ?? ofQueue);
  if (!(seconds >= 0 && seconds <= delaySecondsMax)) {
    throw invalidParameter(
      `Value ${seconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${delaySecondsMax}.`,
    );
  }
  return seconds;
}
