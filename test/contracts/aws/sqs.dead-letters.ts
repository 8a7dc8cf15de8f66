import {
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { errorOf } from "./endpoint.ts";
import type { SqsActor } from "./sqs.setup.ts";

/** What happens to messages that nobody can finish. */
export function defineDeadLetterContract(setup: () => SqsActor): void {
  const createPair = async (actor: SqsActor) => {
    const deadLetters = await actor.createQueue();
    const deadLetterArn = await actor.arn(deadLetters);
    const policy = { deadLetterTargetArn: deadLetterArn, maxReceiveCount: 2 };
    const source = await actor.createQueue({ RedrivePolicy: JSON.stringify(policy) });
    return { source, deadLetters, deadLetterArn };
  };
  /** Receives and gives back as often as the policy allows, and once more, which moves the message. */
  const exhaust = async (actor: SqsActor, source: string) => {
    const counts: number[] = [];
    for (let receive = 0; receive < 3; receive++) {
      const received = await actor.receive(source, { VisibilityTimeout: 0, WaitTimeSeconds: 1 });
      counts.push(received.length);
    }
    return counts;
  };

  test("moves a message that was received too often, with its attributes and its origin", async () => {
    const actor = setup();
    const { source, deadLetters } = await createPair(actor);
    const k = { DataType: "String", StringValue: "v" };
    await actor.send(source, "poison", { MessageAttributes: { k } });

    const counts = await exhaust(actor, source);
    const [dead] = await actor.receive(deadLetters);

    expect(counts).toEqual([1, 1, 0]);
    expect(dead?.Body).toBe("poison");
    expect(dead?.MessageAttributes?.["k"]?.StringValue).toBe("v");
    expect(dead?.Attributes?.DeadLetterQueueSourceArn).toBe(await actor.arn(source));
  });

  test("wakes whoever polls the dead-letter queue", { timeout: 10_000 }, async () => {
    const actor = setup();
    const { source, deadLetters } = await createPair(actor);
    const poll = actor.bodies(deadLetters, { WaitTimeSeconds: 20 });
    await actor.send(source, "poison");

    await exhaust(actor, source);

    expect(await poll).toEqual(["poison"]);
  });

  test("moves dead letters back to where they came from, as new", async () => {
    const actor = setup();
    const { source, deadLetterArn: SourceArn } = await createPair(actor);
    const { MessageId } = await actor.sqs.send(
      new SendMessageCommand({ QueueUrl: source, MessageBody: "second chance" }),
    );
    await exhaust(actor, source);

    const { TaskHandle } = await actor.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    const [back] = await actor.receive(source, { WaitTimeSeconds: 5 });
    const { Results } = await actor.sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));

    expect(TaskHandle).toBeDefined();
    expect(back?.Body).toBe("second chance");
    expect(back?.Attributes?.ApproximateReceiveCount).toBe("1");
    // What is moved back counts as another message (SQS developer guide, dead-letter queue redrive).
    expect(back?.MessageId).not.toBe(MessageId);
    expect(Results).toMatchObject([{ SourceArn, ApproximateNumberOfMessagesMoved: 1 }]);
  });

  test("lists the queues whose dead letters a queue takes", async () => {
    const actor = setup();
    const { source, deadLetters } = await createPair(actor);

    const { queueUrls } = await actor.sqs.send(
      new ListDeadLetterSourceQueuesCommand({ QueueUrl: deadLetters }),
    );

    expect(queueUrls).toEqual([source]);
  });

  test("refuses a dead-letter queue that does not exist", async () => {
    const actor = setup();
    const deadLetterTargetArn = `${await actor.arn(await actor.createQueue())}-missing`;
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 });

    const refusal = await errorOf(actor.createQueue({ RedrivePolicy }));

    expect(refusal?.name).toMatch(/QueueDoesNotExist|InvalidParameterValue/);
  });
}
