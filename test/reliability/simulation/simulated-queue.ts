import type { ReceivedMessage } from "../../../contracts/ports/work-queue.ts";
import { memoryWorkQueue } from "../../support/memory-work-queue.ts";
import type { Actor } from "./actor.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What may happen to messages, each with its probability. */
export interface Mischief {
  readonly lost: number;
  readonly doubled: number;
  readonly late: number;
  /** Delivered again although it was deleted. */
  readonly undead: number;
}

export const noMischief: Mischief = { lost: 0, doubled: 0, late: 0, undead: 0 };
const lateSecondsMax = 60;

interface Waiter {
  readonly actor: Actor | undefined;
  readonly visibilitySeconds: number;
  readonly take: (message: ReceivedMessage) => void;
}

export interface SimulatedQueueOptions {
  readonly name: string;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly mischief: () => Mischief;
  readonly note: (what: keyof Mischief, words: string) => void;
  /** Receives after which a message goes to the dead letters. */
  readonly receivesMax: number;
  readonly bury: (body: string) => void;
}

/** A queue as SQS gives it: at least once, in no order, long polls, visibility, dead letters; and worse, where mischief is asked for. */
export function simulatedQueue(options: SimulatedQueueOptions) {
  const { name, time, random, mischief, note, receivesMax, bury } = options;
  const inner = memoryWorkQueue(time.now, name);
  const { messages } = inner;
  const waiters: Waiter[] = [];
  let nextId = 1e6;
  let lookAt = Infinity;

  const add = (body: string, delaySeconds: number): void => {
    const visibleAt = time.now() + delaySeconds * 1000;
    messages.push({ id: nextId++, owner: undefined, body, visibleAt, receiveCount: 0 });
    look();
  };

  /** Looks again as soon as a message is there for somebody who waits. */
  function look(): void {
    if (waiters.length === 0 || messages.length === 0) return;
    const at = Math.max(time.now(), Math.min(...messages.map(({ visibleAt }) => visibleAt)));
    if (at >= lookAt) return;
    lookAt = at;
    time.after(at - time.now(), undefined, () => {
      if (lookAt === at) lookAt = Infinity;
      deliver();
      look();
    });
  }

  function deliver(): void {
    while (waiters.length > 0) {
      const at = random.whole(0, waiters.length - 1);
      const { actor, visibilitySeconds, take } = waiters[at]!;
      if (actor?.alive === false && random.chance(0.7)) {
        waiters.splice(at, 1);
        continue;
      }
      const message = takeOne(visibilitySeconds);
      if (!message) return;
      waiters.splice(at, 1);
      take(message);
    }
  }

  function takeOne(visibilitySeconds: number): ReceivedMessage | undefined {
    const visible = messages.filter(({ visibleAt }) => visibleAt <= time.now());
    if (visible.length === 0) return undefined;
    const message = random.pick(visible);
    if (message.receiveCount >= receivesMax) {
      messages.splice(messages.indexOf(message), 1);
      bury(message.body);
      return takeOne(visibilitySeconds);
    }
    message.visibleAt = time.now() + visibilitySeconds * 1000;
    message.receiveCount++;
    const { id, body, receiveCount } = message;
    return { body, receipt: `${id}#${receiveCount}`, receiveCount };
  }

  return {
    queueId: name,
    messages,
    depth: () => inner.depth(),

    send(body: string): void {
      const { lost, doubled, late } = mischief();
      if (random.chance(lost)) return note("lost", body);
      const isLate = random.chance(late);
      if (isLate) note("late", body);
      add(body, isLate ? random.between(0, lateSecondsMax) : 0);
      if (!random.chance(doubled)) return;
      note("doubled", body);
      add(body, random.between(0, 3));
    },

    /** Answers once a message is there, or with nothing when the wait is over; Infinity waits for good. */
    receive(
      actor: Actor | undefined,
      {
        waitSeconds,
        visibilitySeconds,
        signal,
      }: { waitSeconds: number; visibilitySeconds: number; signal?: AbortSignal },
    ): Promise<ReceivedMessage | undefined> {
      const { promise, resolve } = Promise.withResolvers<ReceivedMessage | undefined>();
      const waiter: Waiter = { actor, visibilitySeconds, take: resolve };
      waiters.push(waiter);
      const giveUp = (): void => {
        const at = waiters.indexOf(waiter);
        if (at >= 0) waiters.splice(at, 1);
        resolve(undefined);
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      if (waitSeconds < Infinity) time.after(waitSeconds * 1000, undefined, giveUp);
      look();
      return promise;
    },

    renew(receipt: string, visibilitySeconds: number): void {
      void inner.renew(receipt, visibilitySeconds);
      look();
    },

    acknowledge(receipt: string): void {
      const [id] = receipt.split("#");
      const message = messages.find((each) => `${each.id}` === id);
      void inner.acknowledge(receipt);
      if (!message || !random.chance(mischief().undead)) return;
      note("undead", message.body);
      add(message.body, random.between(0, 20));
    },
  };
}

export type SimulatedQueue = ReturnType<typeof simulatedQueue>;
