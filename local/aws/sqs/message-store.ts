import type { MessageRow } from "./message-row.ts";
import { randomBytes, randomUUID } from "node:crypto";
import type { Database } from "../state/database.ts";
import { AwsError } from "../aws-error.ts";
import { pickFifo, pickStandard } from "./pick-message.ts";
import { redrivePolicy } from "./queue-attributes.ts";
import type { Queue, QueueStore } from "./queue-store.ts";

export type NewMessage = Pick<
  MessageRow,
  "message_id" | "body" | "attributes" | "trace_header" | "group_id" | "deduplication_id"
> & { readonly delayMs: number };

export interface MessageCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** Messages of every queue. Whoever waits for one is told after the commit. */
export class MessageStore {
  readonly #database: Database;
  readonly #queues: QueueStore;
  readonly #onArrival: (queue: string) => void;

  constructor(database: Database, queues: QueueStore, onArrival: (queue: string) => void) {
    this.#database = database;
    this.#queues = queues;
    this.#onArrival = onArrival;
    database.define(`
      CREATE TABLE IF NOT EXISTS sqs_messages (
        position INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, message_id TEXT NOT NULL,
        body TEXT NOT NULL, attributes TEXT NOT NULL, trace_header TEXT, group_id TEXT,
        deduplication_id TEXT, sent_at INTEGER NOT NULL, visible_at INTEGER NOT NULL,
        in_flight INTEGER NOT NULL DEFAULT 0, receive_count INTEGER NOT NULL DEFAULT 0,
        first_received_at INTEGER, receipt_handle TEXT, source_queue TEXT);
      CREATE INDEX IF NOT EXISTS sqs_ready ON sqs_messages (queue, in_flight, visible_at, position);
      CREATE INDEX IF NOT EXISTS sqs_groups ON sqs_messages (queue, group_id, in_flight, visible_at);
      CREATE UNIQUE INDEX IF NOT EXISTS sqs_receipts ON sqs_messages (receipt_handle)
        WHERE receipt_handle IS NOT NULL`);
  }

  /** Adds a message and returns its position, which grows with every message. */
  insert(queue: string, message: NewMessage): number {
    const now = Date.now();
    const { insertedRow } = this.#database.run(
      `INSERT INTO sqs_messages (queue, message_id, body, attributes, trace_header, group_id,
         deduplication_id, sent_at, visible_at) VALUES (?,?,?,?,?,?,?,?,?)`,
      queue,
      message.message_id,
      message.body,
      message.attributes,
      message.trace_header,
      message.group_id,
      message.deduplication_id,
      now,
      now + message.delayMs,
    );
    this.#announce(queue);
    return insertedRow;
  }

  /** Takes up to `limit` visible messages and hides them; those received too often go to the dead-letter queue. */
  take(queue: Queue, limit: number, visibilityMs: number): MessageRow[] {
    return this.#database.transaction(() => {
      const taken: MessageRow[] = [];
      this.#returnExpired(queue.name);
      const redrive = redrivePolicy(queue.attributes);
      const deadLetters = redrive && this.#queues.findByArn(redrive.deadLetterTargetArn);
      // One moment for the whole receive: what it gives back at once must not come to it again.
      const now = Date.now();
      while (taken.length < limit) {
        const message = queue.isFifo
          ? pickFifo(this.#database, queue.name, now, taken)
          : pickStandard(this.#database, queue.name, now);
        if (!message) break;
        if (redrive && deadLetters && message.receive_count >= redrive.maxReceiveCount) {
          this.#bury(message, deadLetters.name);
        } else {
          taken.push(this.#hide(message, now, visibilityMs));
        }
      }
      return taken;
    });
  }

  /** Deletes by receipt. A receipt that a later receive replaced deletes nothing, and that is no error. */
  remove(queue: Queue, receiptHandle: string): void {
    const message = this.#findByReceipt(queue.name, receiptHandle);
    if (!message) return;
    this.#database.run("DELETE FROM sqs_messages WHERE position=?", message.position);
    // The next message of a FIFO group may go now.
    if (queue.isFifo) this.#announce(queue.name);
  }

  /** Hides an in-flight message for so long from now; 0 gives it back at once. */
  changeVisibility(queue: Queue, receiptHandle: string, visibilityMs: number): void {
    const message = this.#findByReceipt(queue.name, receiptHandle);
    const now = Date.now();
    if (!message?.in_flight || message.visible_at <= now) {
      throw new AwsError(400, "MessageNotInflight", "The message referred to isn't in flight.");
    }
    this.#database.run(
      "UPDATE sqs_messages SET visible_at=?, in_flight=? WHERE position=?",
      now + visibilityMs,
      visibilityMs > 0 ? 1 : 0,
      message.position,
    );
    this.#announce(queue.name);
  }

  count(queue: string): MessageCounts {
    const row = this.#database.find<MessageCounts>(
      `SELECT count(*) FILTER (WHERE visible_at<=?2) AS visible,
              count(*) FILTER (WHERE in_flight=1 AND visible_at>?2) AS inFlight,
              count(*) FILTER (WHERE in_flight=0 AND visible_at>?2) AS delayed
       FROM sqs_messages WHERE queue=?1`,
      queue,
      Date.now(),
    );
    return row ?? { visible: 0, inFlight: 0, delayed: 0 };
  }

  /** When the next hidden or delayed message can be received; undefined when there is none. */
  findNextVisibleAt(queue: string): number | undefined {
    const row = this.#database.find<{ next: number | null }>(
      `SELECT min(next) AS next FROM (
         SELECT min(visible_at) AS next FROM sqs_messages WHERE queue=?1 AND in_flight=0 UNION ALL
         SELECT min(visible_at) FROM sqs_messages WHERE queue=?1 AND in_flight=1)`,
      queue,
    );
    return row?.next ?? undefined;
  }

  purge(queue: string): void {
    this.#database.run("DELETE FROM sqs_messages WHERE queue=?", queue);
  }

  /** Moves what is visible in a dead-letter queue to `target`, or back to where it came from, as if sent anew: with an id of its own. */
  redrive(source: string, target: string | undefined): number {
    return this.#database.transaction(() => {
      this.#returnExpired(source);
      const now = Date.now();
      const messages = this.#database.list<Pick<MessageRow, "position" | "source_queue">>(
        "SELECT position, source_queue FROM sqs_messages WHERE queue=? AND in_flight=0",
        source,
      );
      const moves = messages.flatMap(({ position, source_queue }) => {
        const destination = target ?? source_queue;
        return destination === null ? [] : [{ position, destination }];
      });
      for (const { position, destination } of moves) {
        this.#database.run(
          `UPDATE sqs_messages SET queue=?, message_id=?, receive_count=0, first_received_at=NULL,
             receipt_handle=NULL, source_queue=NULL, sent_at=?, visible_at=? WHERE position=?`,
          destination,
          randomUUID(),
          now,
          now,
          position,
        );
        this.#announce(destination);
      }
      return moves.length;
    });
  }

  /** Drops messages older than their queue keeps them. */
  expire(): void {
    for (const { name, attributes } of this.#queues.list()) {
      const oldest = Date.now() - Number(attributes["MessageRetentionPeriod"]) * 1000;
      this.#database.run("DELETE FROM sqs_messages WHERE queue=? AND sent_at<?", name, oldest);
    }
  }

  #hide(message: MessageRow, now: number, visibilityMs: number): MessageRow {
    const hidden: MessageRow = {
      ...message,
      receive_count: message.receive_count + 1,
      first_received_at: message.first_received_at ?? now,
      receipt_handle: randomBytes(48).toString("base64"),
    };
    this.#database.run(
      `UPDATE sqs_messages SET in_flight=?, visible_at=?, receive_count=?, first_received_at=?,
         receipt_handle=? WHERE position=?`,
      visibilityMs > 0 ? 1 : 0,
      now + Math.max(1, visibilityMs),
      hidden.receive_count,
      hidden.first_received_at,
      hidden.receipt_handle,
      message.position,
    );
    return hidden;
  }

  #bury(message: MessageRow, deadLetterQueue: string): void {
    this.#database.run(
      `UPDATE sqs_messages SET queue=?, source_queue=?, in_flight=0, visible_at=?,
         receipt_handle=NULL WHERE position=?`,
      deadLetterQueue,
      message.queue,
      Date.now(),
      message.position,
    );
    this.#announce(deadLetterQueue);
  }

  #returnExpired(queue: string): void {
    this.#database.run(
      "UPDATE sqs_messages SET in_flight=0 WHERE queue=? AND in_flight=1 AND visible_at<=?",
      queue,
      Date.now(),
    );
  }

  #findByReceipt(queue: string, receiptHandle: string): MessageRow | undefined {
    if (!/^[A-Za-z0-9+/]{64}$/.test(receiptHandle)) {
      throw new AwsError(
        400,
        "ReceiptHandleIsInvalid",
        `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
      );
    }
    return this.#database.find<MessageRow>(
      "SELECT * FROM sqs_messages WHERE queue=? AND receipt_handle=?",
      queue,
      receiptHandle,
    );
  }

  #announce(queue: string): void {
    this.#database.afterCommit(() => this.#onArrival(queue));
  }
}
