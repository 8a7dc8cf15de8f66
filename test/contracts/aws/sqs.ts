import { beforeAll, describe } from "vitest";
import type { AwsEndpoint } from "./endpoint.ts";
import { defineDeadLetterContract } from "./sqs.dead-letters.ts";
import { defineMessageContract } from "./sqs.messages.ts";
import { defineQueueContract } from "./sqs.queues.ts";
import { defineReceiptContract } from "./sqs.receipts.ts";
import { SqsActor } from "./sqs.setup.ts";
import { defineVisibilityContract } from "./sqs.visibility.ts";

/** What Framequeue relies on SQS for. `connect` is asked once, before the first test. */
export function defineSqsContract(connect: () => AwsEndpoint): void {
  let actor: SqsActor | undefined;
  const setup = (): SqsActor => {
    if (!actor) throw new Error("the setup is there once the tests run");
    return actor;
  };
  beforeAll(() => {
    actor = new SqsActor(connect());
  });

  // Each test has queues of its own, and most of its time is waiting.
  describe.concurrent("queues", () => {
    defineQueueContract(setup);
  });
  describe.concurrent("messages", () => {
    defineMessageContract(setup);
  });
  describe.concurrent("receipts", () => {
    defineReceiptContract(setup);
  });
  describe.concurrent("visibility and long polls", () => {
    defineVisibilityContract(setup);
  });
  describe.concurrent("dead letters", () => {
    defineDeadLetterContract(setup);
  });
}
