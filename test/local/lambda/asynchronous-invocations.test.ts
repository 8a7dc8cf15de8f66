import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { LocalAws } from "../../../local/aws/local-aws.ts";
import { openLocalAws } from "../../../local/aws/local-aws.ts";
import { runAsynchronousInvocations } from "../../../local/lambda/asynchronous-invocations.ts";
import { asynchronousQueue } from "../../../local/lambda/asynchronous-queue.ts";
import { handBack, openDeliveries } from "../../../local/lambda/deliveries.ts";
import { createSourceQueue } from "../../../local/lambda/source-queue.ts";
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

/** A function's queue with one event, and what reads it. */
async function functionWithEvent(functionName: string) {
  const definition = asynchronousQueue(functionName);
  const { url: queueUrl, arn: queueArn } = aws.sqs.createQueue(definition);
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: '{"id":"e1"}' }));
  const path = join(directory.path, `${functionName}.json`);
  const visibilitySeconds = definition.attributes.VisibilityTimeout;

  return {
    handBack: () => handBack(openDeliveries(path), { sqs, queueUrl: () => queueUrl }),
    async left() {
      const AttributeNames = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
      ];
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: queueUrl,
          AttributeNames: AttributeNames as never,
        }),
      );
      return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
    },
    run(invoke: (event: unknown) => Promise<unknown>) {
      const stopped = new AbortController();
      const deliveries = openDeliveries(path);
      const finished = runAsynchronousInvocations(
        {
          functionName,
          queue: createSourceQueue({ sqs, queueArn, queueUrl, visibilitySeconds, deliveries }),
          invoke,
          retryAfterSeconds: [0, 0],
        },
        stopped.signal,
      );
      return {
        async stop() {
          stopped.abort();
          await finished;
        },
        /** Reads no more, and waits for nothing: what a dead process does. */
        abandon: () => stopped.abort(),
      };
    },
  };
}

test("a function that takes its event gets it once", async () => {
  const queue = await functionWithEvent("takes");
  const invoke = vi.fn<(event: unknown) => Promise<unknown>>(async () => null);

  const running = queue.run(invoke);
  await expect.poll(() => queue.left()).toBe(0);
  await running.stop();

  expect(invoke.mock.calls).toEqual([[{ id: "e1" }]]);
});

test("a function that fails is tried three times in all", async () => {
  const queue = await functionWithEvent("fails");
  const invoke = vi
    .fn<(event: unknown) => Promise<unknown>>()
    .mockRejectedValue(new Error("not today"));

  const running = queue.run(invoke);
  await expect.poll(() => queue.left()).toBe(0);
  await running.stop();

  expect(invoke).toHaveBeenCalledTimes(3);
});

test("an event whose process died is delivered by the next one", async () => {
  const queue = await functionWithEvent("dies");
  const first = vi.fn<(event: unknown) => Promise<unknown>>(() => new Promise<never>(() => {}));
  const dying = queue.run(first);
  await expect.poll(() => first).toHaveBeenCalled();
  dying.abandon();

  await queue.handBack();
  const second = vi.fn<(event: unknown) => Promise<unknown>>(async () => null);
  const running = queue.run(second);
  await expect.poll(() => second).toHaveBeenCalledWith({ id: "e1" });
  await running.stop();
});
