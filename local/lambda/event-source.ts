import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import { DeleteMessageBatchCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { setTimeout as sleep } from "node:timers/promises";
import type { EventSourceFacts } from "../template/event-sources.ts";
import { failedMessageIds } from "./batch-response.ts";
import type { Deliveries } from "./deliveries.ts";

export interface EventSourceDependencies {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly region: string;
  readonly deliveries: Pick<Deliveries, "begin" | "end">;
  readonly invoke: (event: unknown) => Promise<unknown>;
}

/** SQS's own limit for one receive. */
const receiveMax = 10;
/** Lambda begins with five pollers and scales; one machine needs no more. */
const concurrencyMaxDefault = 5;
/** While the queue cannot be read, or after a batch that failed as a whole. */
const pauseMs = 500;

/**
 * Reads the queue into the function until the signal aborts. Messages that the function took are
 * deleted; the others come back after the queue's visibility timeout, as on AWS.
 */
export async function runEventSource(
  facts: EventSourceFacts,
  { sqs, queueUrl, region, deliveries, invoke }: EventSourceDependencies,
  signal: AbortSignal,
): Promise<void> {
  const running = new Set<Promise<void>>();
  while (!signal.aborted) {
    try {
      const messages = await gather();
      if (messages.length === 0) continue;
      const handled = handle(messages).finally(() => running.delete(handled));
      running.add(handled);
      if (running.size >= (facts.concurrencyMax ?? concurrencyMaxDefault)) {
        await Promise.race(running);
      }
    } catch (error) {
      if (signal.aborted) break;
      console.error(`${facts.functionName}: the queue cannot be read: ${String(error)}`);
      await sleep(pauseMs);
    }
  }
  await Promise.all(running);

  /** A batch: what is there at once, or what comes within the batching window. */
  async function gather(): Promise<Message[]> {
    const messages = await receive(facts.batchSize, 20);
    const until = performance.now() + facts.batchWindowSeconds * 1000;
    while (messages.length > 0 && messages.length < facts.batchSize) {
      const secondsLeft = Math.floor((until - performance.now()) / 1000);
      if (secondsLeft < 1) break;
      messages.push(...(await receive(facts.batchSize - messages.length, secondsLeft)));
    }
    return messages;
  }

  async function receive(count: number, WaitTimeSeconds: number): Promise<Message[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(count, receiveMax),
        WaitTimeSeconds: Math.min(WaitTimeSeconds, 20),
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
      { abortSignal: signal },
    );
    return Messages;
  }

  async function handle(messages: readonly Message[]): Promise<void> {
    const held = messages.map((each) => ({
      queueArn: facts.queueArn,
      receipt: each.ReceiptHandle!,
    }));
    deliveries.begin(held);
    const failed = await failedOf(messages);
    const taken = messages.filter(({ MessageId }) => !failed.has(MessageId!));
    await remove(taken);
    deliveries.end(held);
    if (failed.size === messages.length) await sleep(pauseMs);
  }

  async function failedOf(messages: readonly Message[]): Promise<ReadonlySet<string>> {
    const all = messages.map(({ MessageId }) => MessageId!);
    try {
      const Records = messages.map((message) => toRecord(message, facts.queueArn, region));
      const result = await invoke({ Records });
      return facts.reportsFailures ? failedMessageIds(result, all) : new Set();
    } catch (error) {
      console.error(`${facts.functionName}: ${String(error)}`);
      return new Set(all);
    }
  }

  async function remove(messages: readonly Message[]): Promise<void> {
    for (let first = 0; first < messages.length; first += receiveMax) {
      const batch = messages.slice(first, first + receiveMax);
      try {
        await sqs.send(
          new DeleteMessageBatchCommand({
            QueueUrl: queueUrl,
            Entries: batch.map(({ MessageId, ReceiptHandle }) => ({
              Id: MessageId,
              ReceiptHandle,
            })),
          }),
        );
      } catch (error) {
        // They are delivered again: at least once is what the function was promised.
        console.error(`${facts.functionName}: messages not deleted: ${String(error)}`);
      }
    }
  }
}

function toRecord(message: Message, eventSourceARN: string, awsRegion: string): SQSRecord {
  return {
    messageId: message.MessageId!,
    receiptHandle: message.ReceiptHandle!,
    body: message.Body!,
    attributes: message.Attributes as unknown as SQSRecord["attributes"],
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
        name,
        {
          dataType: value.DataType as "String",
          ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
          ...(value.BinaryValue && {
            binaryValue: Buffer.from(value.BinaryValue).toString("base64"),
          }),
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody!,
    eventSource: "aws:sqs",
    eventSourceARN,
    awsRegion,
  };
}
