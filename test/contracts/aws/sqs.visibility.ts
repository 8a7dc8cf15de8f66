import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { errorOf, sleep } from "./endpoint.ts";
import type { SqsActor } from "./sqs.setup.ts";

/** Who gets a message, and when it comes back. */
export function defineVisibilityContract(setup: () => SqsActor): void {
  const receiveOne = async (actor: SqsActor, url: string, more = {}) => {
    const [message] = await actor.receive(url, { WaitTimeSeconds: 5, ...more });
    if (!message) throw new Error("nothing was received");
    return message;
  };

  test("hides a received message and gives it back when its time is over", async () => {
    const actor = setup();
    const url = await actor.createQueue({ VisibilityTimeout: "1" });
    await actor.send(url, "work");
    await actor.receive(url);

    const hidden = await actor.receive(url);
    const back = await receiveOne(actor, url);

    expect(hidden).toEqual([]);
    expect(back.Attributes?.ApproximateReceiveCount).toBe("2");
  });

  test("does not let an old receipt delete a message that was received again", async () => {
    const actor = setup();
    const url = await actor.createQueue({ VisibilityTimeout: "1" });
    await actor.send(url, "work");
    const old = await receiveOne(actor, url);
    await receiveOne(actor, url);

    await actor.delete(url, old);

    expect((await receiveOne(actor, url)).Body).toBe("work");
  });

  test("extends a lease beyond its first timeout", async () => {
    const actor = setup();
    const url = await actor.createQueue({ VisibilityTimeout: "1" });
    await actor.send(url, "work");
    const message = await receiveOne(actor, url);

    await actor.changeVisibility(url, message, 30);
    await sleep(1200);

    expect(await actor.receive(url)).toEqual([]);
  });

  test("gives a message back at once when its visibility is changed to 0", async () => {
    const actor = setup();
    const url = await actor.createQueue({ VisibilityTimeout: "60" });
    await actor.send(url, "work");
    const message = await receiveOne(actor, url);

    await actor.changeVisibility(url, message, 0);

    expect(await actor.bodies(url)).toEqual(["work"]);
  });

  test("refuses to extend a lease that has ended", async () => {
    const actor = setup();
    const url = await actor.createQueue();
    await actor.send(url, "work");
    const message = await receiveOne(actor, url, { VisibilityTimeout: 1 });
    await sleep(1100);

    const refusal = await errorOf(actor.changeVisibility(url, message, 30));

    expect(refusal?.name).toBe("MessageNotInflight");
  });

  test("refuses a receipt handle that is none", async () => {
    const actor = setup();
    const url = await actor.createQueue();

    const refusal = await errorOf(actor.delete(url, { ReceiptHandle: "garbage" }));

    expect(refusal?.name).toBe("ReceiptHandleIsInvalid");
  });

  test("waits as long as it is asked to when nothing comes", async () => {
    const actor = setup();
    const url = await actor.createQueue();
    const startedAt = performance.now();

    const received = await actor.receive(url, { WaitTimeSeconds: 1 });

    expect(received).toEqual([]);
    expect(performance.now() - startedAt).toBeGreaterThan(900);
  });

  // In the next three the poll is longer than the test may take: it must not wait to its end.
  test("ends a long poll as soon as a message arrives", { timeout: 10_000 }, async () => {
    const actor = setup();
    const url = await actor.createQueue();
    const poll = actor.bodies(url, { WaitTimeSeconds: 20 });
    await sleep(200);

    await actor.send(url, "arrived");

    expect(await poll).toEqual(["arrived"]);
  });

  test("ends a long poll when a delayed message is due", { timeout: 10_000 }, async () => {
    const actor = setup();
    const url = await actor.createQueue();
    await actor.send(url, "delayed", { DelaySeconds: 1 });

    expect(await actor.bodies(url)).toEqual([]);
    expect(await actor.bodies(url, { WaitTimeSeconds: 20 })).toEqual(["delayed"]);
  });

  test("ends a long poll when a hidden message comes back", { timeout: 10_000 }, async () => {
    const actor = setup();
    const url = await actor.createQueue();
    await actor.send(url, "hidden");
    await actor.receive(url, { VisibilityTimeout: 1 });

    expect(await actor.bodies(url, { WaitTimeSeconds: 20 })).toEqual(["hidden"]);
  });

  test("gives no message to a poller that has gone", async () => {
    const actor = setup();
    const url = await actor.createQueue({ VisibilityTimeout: "60" });
    const gone = new AbortController();
    const poll = errorOf(actor.receive(url, { WaitTimeSeconds: 20 }, gone.signal));
    await sleep(200);
    gone.abort();
    await poll;
    await sleep(100);

    await actor.send(url, "for the living");

    expect(await actor.bodies(url, { WaitTimeSeconds: 1 })).toEqual(["for the living"]);
  });

  test("gives each of 200 messages to one of 200 pollers", { timeout: 20_000 }, async () => {
    const actor = setup();
    const QueueUrl = await actor.createQueue();
    const polls = Array.from({ length: 200 }, () =>
      actor.bodies(QueueUrl, { WaitTimeSeconds: 15, MaxNumberOfMessages: 1 }),
    );

    for (let batch = 0; batch < 20; batch++) {
      const Entries = Array.from({ length: 10 }, (_, index) => ({
        Id: `i${index}`,
        MessageBody: `${batch}-${index}`,
      }));
      await actor.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    }

    expect(new Set((await Promise.all(polls)).flat()).size).toBe(200);
  });
}
