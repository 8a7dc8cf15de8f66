import { expect, test } from "vitest";
import { newJobId } from "../../contracts/job-id.ts";
import { planMessage } from "../support/messages.ts";
import type { WorkQueue } from "../../contracts/ports/work-queue.ts";

export interface WorkQueueSetup {
  readonly queue: WorkQueue;
  /** Lets the time pass, on whichever clock the queue has. */
  readonly elapse: (seconds: number) => Promise<void>;
}

const message = planMessage(newJobId(1), 1);
const atOnce = { waitSeconds: 0, visibilitySeconds: 30 };

/** What every work queue promises. `openQueue` gives an empty one each time. */
export function workQueueContract(openQueue: () => Promise<WorkQueueSetup>): void {
  test("what was sent is received, for the first time", async () => {
    const { queue } = await openQueue();
    await queue.send(message, { owner: "team" });

    const received = await queue.receive(atOnce);

    expect(JSON.parse(received!.body)).toEqual(message);
    expect(received!.receiveCount).toBe(1);
  });

  test("an empty queue gives nothing", async () => {
    const { queue } = await openQueue();

    expect(await queue.receive(atOnce)).toBeUndefined();
  });

  test("a received message is hidden, then comes again under another receipt", async () => {
    const { queue, elapse } = await openQueue();
    await queue.send(message, { owner: "team" });

    const first = await queue.receive({ waitSeconds: 0, visibilitySeconds: 1 });
    const meanwhile = await queue.receive(atOnce);
    await elapse(1.1);
    const second = await queue.receive(atOnce);

    expect(meanwhile).toBeUndefined();
    expect(second).toMatchObject({ receiveCount: 2, body: first!.body });
    expect(second!.receipt).not.toBe(first!.receipt);
  });

  test("a renewed message stays hidden for longer", async () => {
    const { queue, elapse } = await openQueue();
    await queue.send(message, { owner: "team" });
    const received = await queue.receive({ waitSeconds: 0, visibilitySeconds: 1 });

    await queue.renew(received!.receipt, 30);
    await elapse(1.1);

    expect(await queue.receive(atOnce)).toBeUndefined();
  });

  test("a message that is given back is there at once", async () => {
    const { queue } = await openQueue();
    await queue.send(message, { owner: "team" });
    const received = await queue.receive(atOnce);

    await queue.renew(received!.receipt, 0);

    expect(await queue.receive(atOnce)).toMatchObject({ receiveCount: 2 });
  });

  test("an acknowledged message never comes again", async () => {
    const { queue, elapse } = await openQueue();
    await queue.send(message, { owner: "team" });
    const received = await queue.receive({ waitSeconds: 0, visibilitySeconds: 1 });

    await queue.acknowledge(received!.receipt);
    await elapse(1.1);

    expect(await queue.receive(atOnce)).toBeUndefined();
  });

  test("a receipt whose delivery is over does no harm", async () => {
    const { queue } = await openQueue();
    await queue.send(message, { owner: "team" });
    const received = await queue.receive(atOnce);
    await queue.acknowledge(received!.receipt);

    await expect(queue.renew(received!.receipt, 5)).resolves.toBeUndefined();
    await expect(queue.acknowledge(received!.receipt)).resolves.toBeUndefined();
  });

  test("the depth tells what is visible and in flight apart", async () => {
    const { queue } = await openQueue();
    await queue.send(message, { owner: "team" });
    await queue.send(message, { owner: "team" });
    await queue.send(message, { owner: "team" });

    await queue.receive(atOnce);

    expect(await queue.depth()).toEqual({ visible: 2, inFlight: 1, delayed: 0 });
  });

  test("what one owner has waiting does not hold up another's work", async () => {
    const { queue } = await openQueue();
    const quiet = Array.from({ length: 3 }, (_, number) => planMessage(newJobId(2 + number), 1));
    for (let sent = 0; sent < 60; sent++) await queue.send(message, { owner: "a noisy one" });
    for (let received = 0; received < 40; received++) await queue.receive(atOnce);
    for (const each of quiet) await queue.send(each, { owner: "zwölf|leise" });

    const next: unknown[] = [];
    for (let received = 0; received < 6; received++) {
      next.push(JSON.parse((await queue.receive(atOnce))!.body));
    }

    expect(next).toEqual(expect.arrayContaining(quiet));
  });

  test("a waiting receive ends with nothing when it is aborted", async () => {
    const { queue } = await openQueue();

    const received = await queue.receive({
      waitSeconds: 20,
      visibilitySeconds: 30,
      signal: AbortSignal.timeout(50),
    });

    expect(received).toBeUndefined();
  });
}
