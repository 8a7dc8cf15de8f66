import { randomUUID } from "node:crypto";
import { AwsError } from "../aws-error.ts";
import type { Database } from "../state/database.ts";
import type { MessageStore } from "./message-store.ts";
import { redrivePolicy } from "./queue-attributes.ts";
import type { Queue, QueueStore } from "./queue-store.ts";
import { invalidParameter } from "./sqs-errors.ts";

interface MoveTaskRow {
  handle: string;
  source_arn: string;
  destination_arn: string | null;
  moved: number;
  started_at: number;
}

/** Redrives of dead letters. Here a task is over when it has been started. */
export class MoveTasks {
  readonly #database: Database;
  readonly #queues: QueueStore;
  readonly #messages: MessageStore;

  constructor(database: Database, queues: QueueStore, messages: MessageStore) {
    this.#database = database;
    this.#queues = queues;
    this.#messages = messages;
    database.define(`CREATE TABLE IF NOT EXISTS sqs_move_tasks (
      handle TEXT PRIMARY KEY, source_arn TEXT NOT NULL, destination_arn TEXT,
      moved INTEGER NOT NULL, started_at INTEGER NOT NULL)`);
  }

  /** The queues whose dead letters this queue takes. */
  listSources(deadLetterQueue: Queue): Queue[] {
    const arn = this.#queues.arn(deadLetterQueue.name);
    return this.#queues
      .list()
      .filter(({ attributes }) => redrivePolicy(attributes)?.deadLetterTargetArn === arn);
  }

  start(sourceArn: string, destinationArn: string | undefined): string {
    const source = this.#queues.getByArn(sourceArn);
    if (this.listSources(source).length === 0) {
      throw invalidParameter("Source queue must be configured as a Dead Letter Queue.");
    }
    const target =
      destinationArn === undefined ? undefined : this.#queues.getByArn(destinationArn).name;
    const handle = randomUUID();
    this.#database.transaction(() => {
      const moved = this.#messages.redrive(source.name, target);
      this.#database.run(
        "INSERT INTO sqs_move_tasks VALUES (?,?,?,?,?)",
        handle,
        sourceArn,
        destinationArn ?? null,
        moved,
        Date.now(),
      );
    });
    return handle;
  }

  list(sourceArn: string, limit: number) {
    return this.#database
      .list<MoveTaskRow>(
        "SELECT * FROM sqs_move_tasks WHERE source_arn=? ORDER BY started_at DESC LIMIT ?",
        sourceArn,
        limit,
      )
      .map((task) => ({
        TaskHandle: task.handle,
        Status: "COMPLETED",
        SourceArn: task.source_arn,
        DestinationArn: task.destination_arn ?? undefined,
        ApproximateNumberOfMessagesMoved: task.moved,
        ApproximateNumberOfMessagesToMove: task.moved,
        StartedTimestamp: task.started_at,
      }));
  }

  /** Nothing is ever left to cancel. */
  cancel(): never {
    throw new AwsError(400, "ResourceNotFoundException", "The task is not active.");
  }
}
