import {
  ReceiveMessageCommand,
  SQSClient,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LocalAws } from "../../../local/aws/local-aws.ts";
import { openLocalAws } from "../../../local/aws/local-aws.ts";
import type { Deliveries } from "../../../local/lambda/deliveries.ts";
import { handBack, openDeliveries } from "../../../local/lambda/deliveries.ts";
import { runEventSource } from "../../../local/lambda/event-source.ts";
import { createSourceQueue } from "../../../local/lambda/source-queue.ts";
import type { EventSourceFacts } from "../../../local/template/event-sources.ts";
import { temporaryDirectory } from "../support/fixture-app.ts";
import { credentials } from "../support/place.ts";

const directory = temporaryDirectory();
let aws: LocalAws;
let sqs: SQSClient;

beforeAll(async () => {
  aws = await openLocalAws({ stateDirectory: directory.path, port: 0, ...credentials });
  sqs = new SQSClient({ endpoint: aws.url, region: aws.region, credentials });
});
afterAll(async () => {
  sqs.destroy();
  await aws.close();
  directory[Symbol.dispose]();
});

let queues = 0;

/** A queue with these messages and an event source that reads it into `handle`. */
async function sourceOf(
  bodies: readonly string[],
  handle: (event: SQSEvent) => unknown,
  differences: Partial<EventSourceFacts> = {},
) {
  const name = `source-${queues++}`;
  const { url: queueUrl, arn } = aws.sqs.createQueue({
    name,
    attributes: { VisibilityTimeout: 1 },
  });
  for (let first = 0; first < bodies.length; first += 10) {
    const Entries = bodies
      .slice(first, first + 10)
      .map((MessageBody, index) => ({ Id: `${index}`, MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }

  const facts: EventSourceFacts = {
    queueArn: arn,
    functionName: "consumer",
    batchSize: 10,
    batchWindowSeconds: 0,
    reportsFailures: true,
    concurrencyMax: 2,
    ...differences,
  };
  const stopped = new AbortController();
  const deliveries = openDeliveries(join(directory.path, `${name}.json`));
  const queue = createSourceQueue({
    sqs,
    queueArn: arn,
    queueUrl,
    visibilitySeconds: 1,
    deliveries,
  });
  const invoke = async (event: unknown) => handle(event as SQSEvent);
  const finished = runEventSource(facts, { queue, region: aws.region, invoke }, stopped.signal);
  return {
    queueUrl,
    arn,
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      await finished;
    },
  };
}

const bodiesOf = ({ Records }: SQSEvent) => Records.map(({ body }) => body);

test("a record has what Lambda gives it", async () => {
  const { promise, resolve } = Promise.withResolvers<SQSEvent>();
  await using source = await sourceOf([], resolve);

  await sqs.send(
    new SendMessageCommand({
      QueueUrl: source.queueUrl,
      MessageBody: "hello",
      MessageAttributes: { kind: { DataType: "String", StringValue: "plan" } },
    }),
  );
  const { Records } = await promise;

  expect(Records).toMatchObject([
    {
      body: "hello",
      attributes: { ApproximateReceiveCount: "1", SentTimestamp: expect.stringMatching(/^\d+$/) },
      messageAttributes: { kind: { dataType: "String", stringValue: "plan" } },
      eventSource: "aws:sqs",
      eventSourceARN: source.arn,
      awsRegion: aws.region,
    },
  ]);
});

test("no batch is larger than the batch size, and every message comes", async () => {
  const bodies = Array.from({ length: 25 }, (_, index) => `${index}`);
  const batches: string[][] = [];
  await using _source = await sourceOf(bodies, (event) => void batches.push(bodiesOf(event)), {
    batchSize: 4,
  });

  await expect.poll(() => batches.flat().length).toBe(25);

  expect(Math.max(...batches.map(({ length }) => length))).toBe(4);
  expect(new Set(batches.flat()).size).toBe(25);
});

test("a batching window gathers more than one receive can give", async () => {
  const bodies = Array.from({ length: 15 }, (_, index) => `${index}`);
  const batches: string[][] = [];
  await using _source = await sourceOf(bodies, (event) => void batches.push(bodiesOf(event)), {
    batchSize: 15,
    batchWindowSeconds: 5,
  });

  await expect.poll(() => batches).toHaveLength(1);

  expect(batches[0]).toHaveLength(15);
});

test("only the messages that the function names come back", async () => {
  const seen: string[][] = [];
  await using _source = await sourceOf(["good", "bad"], (event) => {
    seen.push(bodiesOf(event));
    const failed = seen.length === 1 ? event.Records.filter(({ body }) => body === "bad") : [];
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });

  await expect.poll(() => seen.length).toBe(2);

  expect(seen.map((batch) => batch.toSorted())).toEqual([["bad", "good"], ["bad"]]);
});

test.each([
  ["throws", () => Promise.reject(new Error("no"))],
  [
    "names a message that it was not given",
    () => ({ batchItemFailures: [{ itemIdentifier: "?" }] }),
  ],
])("the whole batch comes back when the function %s", async (_name, fault) => {
  const seen: string[][] = [];
  await using _source = await sourceOf(["one", "two"], (event) => {
    seen.push(bodiesOf(event));
    return seen.length === 1 ? fault() : undefined;
  });

  // In one batch or in two: nothing says that both are visible at the same moment.
  await expect.poll(() => seen.slice(1).flat().toSorted()).toEqual(["one", "two"]);
});

test("a function that does not report failures is taken at its word", async () => {
  const seen: string[][] = [];
  await using source = await sourceOf(
    ["bad"],
    (event) => {
      seen.push(bodiesOf(event));
      return { batchItemFailures: [{ itemIdentifier: event.Records[0]!.messageId }] };
    },
    { reportsFailures: false },
  );
  await expect.poll(() => seen.length).toBe(1);

  await new Promise((resolve) => setTimeout(resolve, 1500));

  expect(seen).toEqual([["bad"]]);
  expect(source.queueUrl).toContain("source-");
});

test("no more batches run at a time than the source may", async () => {
  let running = 0;
  let most = 0;
  let handled = 0;
  const three = Promise.withResolvers<void>();
  await using _source = await sourceOf(
    Array.from({ length: 8 }, (_, index) => `${index}`),
    async () => {
      most = Math.max(most, ++running);
      if (running === 3) three.resolve();
      await three.promise;
      // Time for one too many.
      await new Promise((resolve) => setTimeout(resolve, 60));
      running--;
      handled++;
    },
    { batchSize: 1, concurrencyMax: 3 },
  );

  await expect.poll(() => handled).toBe(8);

  expect(most).toBe(3);
});

test("what a killed host held is delivered again at once, not after its visibility", async () => {
  const path = join(directory.path, "killed.json");
  const { url, arn } = aws.sqs.createQueue({
    name: "killed",
    attributes: { VisibilityTimeout: 900 },
  });
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "held" }));
  const stopped = new AbortController();
  const { promise: held, resolve } = Promise.withResolvers<void>();
  const facts = { queueArn: arn, functionName: "consumer", batchSize: 10, batchWindowSeconds: 0 };
  const source = (deliveries: Deliveries, invoke: (event: unknown) => Promise<unknown>) => {
    const options = { sqs, queueArn: arn, queueUrl: url, visibilitySeconds: 900, deliveries };
    const dependencies = { queue: createSourceQueue(options), region: aws.region, invoke };
    const { signal } = stopped;
    return runEventSource(
      { ...facts, reportsFailures: true, concurrencyMax: 1 },
      dependencies,
      signal,
    );
  };
  void source(openDeliveries(path), () => {
    resolve();
    return new Promise(() => undefined);
  });
  await held;

  const next = openDeliveries(path);
  await handBack(next, { sqs, queueUrl: () => url });
  const again = await new Promise((seen) => void source(next, async (event) => seen(event)));

  expect(bodiesOf(again as SQSEvent)).toEqual(["held"]);
  await expect.poll(() => readFileSync(path, "utf8")).toBe("[]");
  stopped.abort();
});

test("a message whose receiver dies before it has arrived is not hidden for the queue's visibility", async () => {
  const { url, arn } = aws.sqs.createQueue({
    name: "arrival",
    attributes: { VisibilityTimeout: 900 },
  });
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x" }));
  const deliveries = {
    begin: () => {
      throw new Error("killed here");
    },
    end: () => undefined,
  };
  const queue = createSourceQueue({
    sqs,
    queueArn: arn,
    queueUrl: url,
    visibilitySeconds: 900,
    deliveries,
  });
  const { signal } = new AbortController();

  await expect(queue.receive({ count: 1, waitSeconds: 0 }, signal)).rejects.toThrow("killed here");

  const began = performance.now();
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }),
  );
  expect(Messages).toHaveLength(1);
  expect((performance.now() - began) / 1000).toBeLessThan(15);
});
