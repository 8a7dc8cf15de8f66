import type { WorkMessage } from "../../contracts/message.ts";
import type { WorkQueue } from "../../contracts/ports/work-queue.ts";

interface Held {
  readonly id: number;
  readonly owner: string | undefined;
  readonly body: string;
  visibleAt: number;
  receiveCount: number;
}

/** The work queue's second implementation, on a clock of the test's. Receiving never waits. */
export function memoryWorkQueue(
  now: () => number = Date.now,
  queueId = "memory/000000000000/work",
) {
  const messages: Held[] = [];
  let nextId = 0;
  const held = (receipt: string) =>
    messages.findIndex(({ id, receiveCount }) => receipt === `${id}#${receiveCount}`);

  const inFlightOf = (owner: string | undefined) =>
    messages.filter(
      (each) => each.owner === owner && each.receiveCount > 0 && each.visibleAt > now(),
    ).length;

  const queue = {
    queueId,
    async send(message, { owner }) {
      messages.push({
        id: nextId++,
        owner,
        body: JSON.stringify(message),
        visibleAt: now(),
        receiveCount: 0,
      });
    },
    async receive({ visibilitySeconds }) {
      const visible = messages.filter(({ visibleAt }) => visibleAt <= now());
      const [message] = visible.toSorted((a, b) => inFlightOf(a.owner) - inFlightOf(b.owner));
      if (!message) return undefined;
      message.visibleAt = now() + visibilitySeconds * 1000;
      message.receiveCount++;
      return {
        body: message.body,
        receipt: `${message.id}#${message.receiveCount}`,
        receiveCount: message.receiveCount,
      };
    },
    async renew(receipt, visibilitySeconds) {
      const message = messages[held(receipt)];
      if (message) message.visibleAt = now() + visibilitySeconds * 1000;
    },
    async acknowledge(receipt) {
      const index = held(receipt);
      if (index >= 0) messages.splice(index, 1);
    },
    async depth() {
      const visible = messages.filter(({ visibleAt }) => visibleAt <= now()).length;
      const delayed = messages.filter(
        ({ visibleAt, receiveCount }) => visibleAt > now() && !receiveCount,
      ).length;
      return { visible, delayed, inFlight: messages.length - visible - delayed };
    },
  } satisfies WorkQueue;

  return {
    ...queue,
    messages,
    sent: (): WorkMessage[] => messages.map(({ body }) => JSON.parse(body) as WorkMessage),
  };
}
