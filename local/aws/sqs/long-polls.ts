import type { MessageRow } from "./message-row.ts";
import type { MessageStore } from "./message-store.ts";
import type { Queue, QueueStore } from "./queue-store.ts";

const timerMsMin = 20;

interface Waiter {
  readonly limit: number;
  readonly visibilityMs: number;
  readonly signal: AbortSignal;
  readonly finish: (messages: MessageRow[]) => void;
}

export interface Wait {
  readonly limit: number;
  readonly visibilityMs: number;
  readonly waitMs: number;
  /** Aborted when the receiver has gone: it is dropped, and takes no message with it. */
  readonly signal: AbortSignal;
}

/** Receivers that wait for a message. Each message wakes the one that waits longest. */
export class LongPolls {
  readonly #queues: QueueStore;
  readonly #messages: MessageStore;
  readonly #waiters = new Map<string, Set<Waiter>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(queues: QueueStore, messages: MessageStore) {
    this.#queues = queues;
    this.#messages = messages;
  }

  /** Messages as soon as there are any; none when the time is over or the receiver has gone. */
  async wait(queue: Queue, { limit, visibilityMs, waitMs, signal }: Wait): Promise<MessageRow[]> {
    const waiters = this.#waiters.get(queue.name) ?? new Set();
    this.#waiters.set(queue.name, waiters);
    return new Promise((resolve) => {
      const finish = (messages: MessageRow[]) => {
        clearTimeout(timeout);
        signal.removeEventListener("abort", leave);
        waiters.delete(waiter);
        resolve(messages);
      };
      const leave = () => finish([]);
      const waiter: Waiter = { limit, visibilityMs, signal, finish };
      const timeout = setTimeout(leave, waitMs);
      signal.addEventListener("abort", leave);
      waiters.add(waiter);
      if (signal.aborted) leave();
      this.#arm(queue.name);
    });
  }

  /** Looks for messages for those who wait on the queue, after the current event is handled. */
  wake(queueName: string): void {
    if (this.#waiters.get(queueName)?.size) setImmediate(() => this.#serve(queueName));
  }

  /** Sends every receiver away empty-handed. */
  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const waiter of [...this.#waiters.values()].flatMap((each) => [...each])) {
      waiter.finish([]);
    }
  }

  #serve(queueName: string): void {
    const waiters = this.#waiters.get(queueName);
    const queue = waiters?.size ? this.#queues.find(queueName) : undefined;
    for (const waiter of waiters ?? []) {
      const messages = queue ? this.#messages.take(queue, waiter.limit, waiter.visibilityMs) : [];
      if (queue && messages.length === 0) break;
      waiter.finish(messages);
    }
    this.#arm(queueName);
  }

  /** One timer per queue that is waited on: for the next delayed or hidden message to become visible. */
  #arm(queueName: string): void {
    clearTimeout(this.#timers.get(queueName));
    this.#timers.delete(queueName);
    if (!this.#waiters.get(queueName)?.size) return;
    const visibleAt = this.#messages.findNextVisibleAt(queueName);
    if (visibleAt === undefined) return;
    // A visible message that nobody may take, held back by its FIFO group, must not spin the timer.
    const delayMs = Math.max(timerMsMin, visibleAt + 1 - Date.now());
    const timer = setTimeout(() => this.#serve(queueName), delayMs);
    this.#timers.set(queueName, timer);
  }
}
