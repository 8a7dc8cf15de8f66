import {
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { errorOf, sqsClient, uniqueName } from "./endpoint.ts";
import type { SqsActor } from "./sqs.setup.ts";

/** Queues and their attributes. */
export function defineQueueContract(setup: () => SqsActor): void {
  test("makes a queue once: the same attributes find it, others are refused", async () => {
    const actor = setup();
    const name = uniqueName("jobs");
    const url = await actor.createQueue({ VisibilityTimeout: "2" }, name);

    const again = await actor.createQueue({ VisibilityTimeout: "2" }, name);
    const refusal = await errorOf(actor.createQueue({ VisibilityTimeout: "9" }, name));
    const found = await actor.sqs.send(new GetQueueUrlCommand({ QueueName: name }));

    expect(again).toBe(url);
    expect(found.QueueUrl).toBe(url);
    expect(refusal?.name).toBe("QueueNameExists");
  });

  test("says that a queue does not exist", async () => {
    const { sqs } = setup();

    const refusal = await errorOf(sqs.send(new GetQueueUrlCommand({ QueueName: "nope" })));

    expect(refusal).toBeInstanceOf(QueueDoesNotExist);
  });

  test("refuses to send to a queue that does not exist", async () => {
    const actor = setup();
    const url = await actor.createQueue();

    expect((await errorOf(actor.send(`${url}-other`, "x")))?.name).toBe("QueueDoesNotExist");
  });

  test("refuses attributes that it does not know or that are out of range", async () => {
    const actor = setup();

    const unknown = await errorOf(actor.createQueue({ VisibilityTimout: "1" }));
    const outOfRange = await errorOf(actor.createQueue({ VisibilityTimeout: "43201" }));

    expect(unknown?.name).toBe("InvalidAttributeName");
    expect(outOfRange?.name).toBe("InvalidAttributeValue");
  });

  test("changes attributes and tags and lists by prefix", async () => {
    const actor = setup();
    const prefix = uniqueName("listed");
    const QueueUrl = await actor.createQueue({}, `${prefix}-a`);
    const other = await actor.createQueue({}, `${prefix}-b`);

    const Attributes = { VisibilityTimeout: "3" };
    await actor.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    await actor.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { a: "1", b: "2" } }));
    await actor.sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ["a"] }));
    const { QueueUrls } = await actor.sqs.send(new ListQueuesCommand({ QueueNamePrefix: prefix }));
    const { Tags } = await actor.sqs.send(new ListQueueTagsCommand({ QueueUrl }));

    expect((await actor.attributes(QueueUrl))["VisibilityTimeout"]).toBe("3");
    expect(Tags).toEqual({ b: "2" });
    expect(QueueUrls).toEqual([QueueUrl, other]);
  });

  test("counts visible, hidden and delayed messages", async () => {
    const actor = setup();
    const url = await actor.createQueue();
    for (let sent = 0; sent < 5; sent++) await actor.send(url, `m${sent}`);
    await actor.send(url, "late", { DelaySeconds: 60 });
    await actor.receive(url, { MaxNumberOfMessages: 2 });

    expect(await actor.attributes(url)).toMatchObject({
      ApproximateNumberOfMessages: "3",
      ApproximateNumberOfMessagesNotVisible: "2",
      ApproximateNumberOfMessagesDelayed: "1",
    });
  });

  test("purges every message", async () => {
    const actor = setup();
    const QueueUrl = await actor.createQueue();
    await actor.send(QueueUrl, "x");

    await actor.sqs.send(new PurgeQueueCommand({ QueueUrl }));

    expect(await actor.receive(QueueUrl)).toEqual([]);
  });

  test("knows a deleted queue no more", async () => {
    const actor = setup();
    const QueueUrl = await actor.createQueue();

    await actor.sqs.send(new DeleteQueueCommand({ QueueUrl }));

    expect((await errorOf(actor.send(QueueUrl, "x")))?.name).toBe("QueueDoesNotExist");
  });

  test("refuses a signature made with another secret", async () => {
    const stranger = sqsClient(setup().endpoint, "wrong");

    const refusal = await errorOf(stranger.send(new ListQueuesCommand({})));

    expect(refusal?.$metadata?.httpStatusCode).toBe(403);
  });
}
