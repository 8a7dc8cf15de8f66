import { ReceiveMessageCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { errorOf, sleep } from "./endpoint.ts";
import type { SqsActor } from "./sqs.setup.ts";

/** What a receipt is good for, and for how long. */
export function defineReceiptContract(setup: () => SqsActor): void {
  const sentAndReceived = async (actor: SqsActor, VisibilityTimeout: number) => {
    const url = await actor.createQueue();
    await actor.send(url, "work");
    const [message] = await actor.receive(url, { VisibilityTimeout, WaitTimeSeconds: 5 });
    if (!message) throw new Error("nothing was received");
    return { url, message };
  };

  // "DeleteMessage"
  test("deletes a message twice without complaint", async () => {
    const actor = setup();
    const { url, message } = await sentAndReceived(actor, 30);

    await actor.delete(url, message);
    await actor.delete(url, message);

    expect(await actor.receive(url)).toEqual([]);
  });

  test("deletes by its last receipt a message that is visible again", async () => {
    const actor = setup();
    const { url, message } = await sentAndReceived(actor, 1);
    await sleep(1200);

    await actor.delete(url, message);

    expect(await actor.receive(url)).toEqual([]);
  });

  // "ChangeMessageVisibility"
  test("refuses to hide a message that was deleted", async () => {
    const actor = setup();
    const { url, message } = await sentAndReceived(actor, 30);
    await actor.delete(url, message);

    const refusal = await errorOf(actor.changeVisibility(url, message, 30));

    expect(refusal?.name).toMatch(
      /^(InvalidParameterValue|MessageNotInflight|ReceiptHandleIsInvalid)$/,
    );
  });

  test("refuses to hide a message for more than twelve hours", async () => {
    const actor = setup();
    const { url, message } = await sentAndReceived(actor, 30);

    const refusal = await errorOf(actor.changeVisibility(url, message, 43_201));

    expect(refusal?.name).toBe("InvalidParameterValue");
  });

  test("counts each delivery, given back or run out", async () => {
    const actor = setup();
    const { url, message } = await sentAndReceived(actor, 30);
    await actor.changeVisibility(url, message, 0);
    await actor.receive(url, { VisibilityTimeout: 1 });

    const [third] = await actor.receive(url, { WaitTimeSeconds: 5 });

    expect(third?.Attributes?.ApproximateReceiveCount).toBe("3");
    expect(third?.MessageId).toBe(message.MessageId);
    expect(third?.ReceiptHandle).not.toBe(message.ReceiptHandle);
  });

  test("has each delivery hidden for as long as its receive asked, whatever the queue says", async () => {
    const actor = setup();
    const url = await actor.createQueue({ VisibilityTimeout: "1" });
    await actor.send(url, "work");
    await actor.receive(url, { VisibilityTimeout: 30 });
    await sleep(1200);

    expect(await actor.receive(url)).toEqual([]);
  });

  // "SendMessage", DelaySeconds
  test("refuses to delay a message for more than fifteen minutes", async () => {
    const actor = setup();
    const url = await actor.createQueue();

    await actor.send(url, "latest", { DelaySeconds: 900 });
    const refusal = await errorOf(actor.send(url, "later", { DelaySeconds: 901 }));

    expect(refusal?.name).toBe("InvalidParameterValue");
  });

  // "ReceiveMessage"
  test("gives no more messages than are asked for, and refuses to be asked for none", async () => {
    const actor = setup();
    const QueueUrl = await actor.createQueue();
    for (const body of ["a", "b", "c"]) await actor.send(QueueUrl, body);

    const one = await actor.receive(QueueUrl, { MaxNumberOfMessages: 1 });
    const none = await errorOf(
      actor.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 0 })),
    );

    expect(one).toHaveLength(1);
    expect(none?.name).toBe("InvalidParameterValue");
  });

  // "SetQueueAttributes"
  test("lets a queue keep its messages for fourteen days, and no longer", async () => {
    const actor = setup();
    const QueueUrl = await actor.createQueue();
    const keep = (MessageRetentionPeriod: string) =>
      actor.sqs.send(
        new SetQueueAttributesCommand({ QueueUrl, Attributes: { MessageRetentionPeriod } }),
      );

    await keep("1209600");
    const refusal = await errorOf(keep("1209601"));

    expect(refusal?.name).toBe("InvalidAttributeValue");
    expect((await actor.attributes(QueueUrl))["MessageRetentionPeriod"]).toBe("1209600");
  });
}
