import type { Message } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { setTimeout as sleep } from "node:timers/promises";
import type { EventSourceFacts } from "../template/event-sources.ts";
import { failedMessageIds } from "./batch-response.ts";
import type { SourceQueue } from "./source-queue.ts";

export interface EventSourceDependencies {
  readonly queue: SourceQueue;
  readonly region: string;
  readonly invoke: (event: unknown) => Promise<unknown>;
}

/** Lambda begins with five pollers and scales; one machine needs no more. */
const concurrencyMaxDefault = 5;
const longPollSeconds = 20;
/** While the queue cannot be read, or after a batch that failed as a whole. */
const pauseMs = 500;

/**
 * Reads the queue into the function until the signal aborts. Messages that the function took are
 * deleted; the others come back after the queue's visibility timeout, as on AWS.
 */
export async function runEventSource(
  facts: EventSourceFacts,
  { queue, region, invoke }: EventSourceDependencies,
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
    const { batchSize, batchWindowSeconds } = facts;
    const messages = await queue.receive(
      { count: batchSize, waitSeconds: longPollSeconds },
      signal,
    );
    const until = performance.now() + batchWindowSeconds * 1000;
    while (messages.length > 0 && messages.length < batchSize) {
      const waitSeconds = Math.floor((until - performance.now()) / 1000);
      if (waitSeconds < 1) break;
      const more = { count: batchSize - messages.length, waitSeconds };
      messages.push(...(await queue.receive(more, signal)));
    }
    return messages;
  }

  async function handle(messages: readonly Message[]): Promise<void> {
    const failed = await failedOf(messages);
    try {
      await queue.remove(messages.filter(({ MessageId }) => !failed.has(MessageId!)));
    } catch (error) {
      // They are delivered again: at least once is what the function was promised.
      console.error(`${facts.functionName}: messages not deleted: ${String(error)}`);
    }
    queue.release(messages);
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
