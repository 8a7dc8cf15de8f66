import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
} from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { errorOf } from "./endpoint.ts";
import type { SqsActor } from "./sqs.setup.ts";

/** Sending, receiving and deleting. */
export function defineMessageContract(setup: () => SqsActor): void {
  test("delivers body and attributes, and nothing once deleted", async () => {
    const actor = setup();
    const url = await actor.createQueue();
    await actor.send(url, "hello", {
      MessageAttributes: {
        trace: { DataType: "String", StringValue: "t-1" },
        size: { DataType: "Number", StringValue: "42" },
        raw: { DataType: "Binary", BinaryValue: Buffer.from([1, 2]) },
      },
    });

    const [message, ...others] = await actor.receive(url, { VisibilityTimeout: 0 });
    if (!message) throw new Error("nothing was received");
    await actor.delete(url, message);

    expect(others).toEqual([]);
    expect(message.Body).toBe("hello");
    expect(message.MessageAttributes?.["trace"]?.StringValue).toBe("t-1");
    expect(message.MessageAttributes?.["raw"]?.BinaryValue).toEqual(new Uint8Array([1, 2]));
    expect(message.Attributes?.ApproximateReceiveCount).toBe("1");
    expect(await actor.receive(url)).toEqual([]);
  });

  test("passes the trace header on", async () => {
    const actor = setup();
    const url = await actor.createQueue();
    const StringValue = "Root=1-5759e988-bd862e3fe1be46a994272793";
    const AWSTraceHeader = { DataType: "String", StringValue };
    await actor.send(url, "traced", { MessageSystemAttributes: { AWSTraceHeader } });

    const [message] = await actor.receive(url);

    expect(message?.Attributes?.AWSTraceHeader).toBe(StringValue);
  });

  test("keeps a body beyond the basic plane and refuses control characters", async () => {
    const actor = setup();
    const url = await actor.createQueue();
    await actor.send(url, "clip 🎬");

    const refusal = await errorOf(actor.send(url, "bell \u0007"));

    expect(await actor.bodies(url)).toEqual(["clip 🎬"]);
    expect(refusal?.name).toBe("InvalidMessageContents");
  });

  test("takes a message of 1 MiB and no byte more", async () => {
    const actor = setup();
    const url = await actor.createQueue();

    await actor.send(url, "x".repeat(2 ** 20));
    const refusal = await errorOf(actor.send(url, "x".repeat(2 ** 20 + 1)));

    expect(refusal?.name).toBe("InvalidParameterValue");
    expect((await actor.bodies(url))[0]).toHaveLength(2 ** 20);
  });

  test("delivers each of a hundred messages once", async () => {
    const actor = setup();
    const url = await actor.createQueue();
    const bodies = Array.from({ length: 100 }, (_, index) => String(index));
    for (const body of bodies) await actor.send(url, body);

    const received: (string | undefined)[] = [];
    while (received.length < 100) {
      const batch = await actor.bodies(url, { WaitTimeSeconds: 1 });
      if (batch.length === 0) break;
      received.push(...batch);
    }

    expect(received.toSorted()).toEqual(bodies.toSorted());
  });

  test("answers a batch entry by entry", async () => {
    const actor = setup();
    const QueueUrl = await actor.createQueue();
    const entries = Array.from({ length: 10 }, (_, index) => ({
      Id: `i${index}`,
      MessageBody: `b${index}`,
    }));

    const sent = await actor.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries }));
    const received = await actor.receive(QueueUrl);
    const handles = received.map(({ ReceiptHandle }, index) => ({
      Id: `h${index}`,
      ReceiptHandle,
    }));
    const hidden = handles.slice(0, 2).map((handle) => ({ ...handle, VisibilityTimeout: 40 }));
    const changed = await actor.sqs.send(
      new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries: hidden }),
    );
    const Entries = [...handles.slice(0, 9), { Id: "bad", ReceiptHandle: "garbage" }];
    const deleted = await actor.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));

    expect(sent.Successful).toHaveLength(10);
    expect(changed.Successful).toHaveLength(2);
    expect(deleted.Successful).toHaveLength(9);
    expect(deleted.Failed).toMatchObject([{ Id: "bad", Code: "ReceiptHandleIsInvalid" }]);
  });

  test("refuses batches that are empty, too long or repeat an id", async () => {
    const actor = setup();
    const QueueUrl = await actor.createQueue();
    const refusalOf = async (ids: string[]) => {
      const Entries = ids.map((Id) => ({ Id, MessageBody: "x" }));
      const command = new SendMessageBatchCommand({ QueueUrl, Entries });
      return (await errorOf(actor.sqs.send(command)))?.name;
    };

    expect(await refusalOf([])).toBe("EmptyBatchRequest");
    expect(await refusalOf(Array.from({ length: 11 }, (_, index) => `i${index}`))).toBe(
      "TooManyEntriesInBatchRequest",
    );
    expect(await refusalOf(["a", "a"])).toBe("BatchEntryIdsNotDistinct");
  });

  test("serves a quiet tenant before the backlog of a noisy one", async () => {
    const actor = setup();
    const url = await actor.createQueue({ VisibilityTimeout: "60" });
    const send = async (body: string, count: number, MessageGroupId: string) => {
      for (let sent = 0; sent < count; sent++) await actor.send(url, body, { MessageGroupId });
    };
    await send("noisy", 80, "tenant-a");
    for (let held = 0; held < 40;) held += (await actor.receive(url)).length;
    await send("quiet", 5, "tenant-b");

    const next: (string | undefined)[] = [];
    for (let received = 0; received < 10; received++) {
      next.push(...(await actor.bodies(url, { MaxNumberOfMessages: 1 })));
    }

    expect(next.filter((body) => body === "quiet")).toHaveLength(5);
  });

  test("keeps the order of a FIFO group, drops duplicates and holds a group while one is in flight", async () => {
    const actor = setup();
    const url = await actor.createQueue({ FifoQueue: "true", ContentBasedDeduplication: "true" });
    const send = (body: string, MessageGroupId: string) =>
      actor.send(url, body, { MessageGroupId });
    for (const body of ["a0", "a1", "a2"]) await send(body, "a");
    await send("b0", "b");
    await send("a0", "a");

    const first = await actor.receive(url, { MaxNumberOfMessages: 1 });
    const others = await actor.receive(url);
    for (const message of [...first, ...others]) await actor.delete(url, message);
    const rest = await actor.bodies(url);

    expect(first.map(({ Body }) => Body)).toEqual(["a0"]);
    expect(others.map(({ Body }) => Body)).toEqual(["b0"]);
    expect(rest).toEqual(["a1", "a2"]);
  });
}
