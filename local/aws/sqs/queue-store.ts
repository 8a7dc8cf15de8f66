import { AwsError } from "../aws-error.ts";
import type { Database } from "../state/database.ts";
import type { QueueAttributes } from "./queue-attributes.ts";
import {
  checkAttributes,
  defaultAttributes,
  redrivePolicy,
  removableAttributes,
} from "./queue-attributes.ts";
import { invalidParameter, missingParameter, queueDoesNotExist } from "./sqs-errors.ts";

export interface Queue {
  readonly name: string;
  readonly isFifo: boolean;
  readonly attributes: QueueAttributes;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdSeconds: number;
  readonly modifiedSeconds: number;
}

interface QueueRow {
  name: string;
  attributes: string;
  tags: string;
  created_seconds: number;
  modified_seconds: number;
}

/** Queues and their attributes. */
export class QueueStore {
  readonly #database: Database;
  readonly #place: { readonly region: string; readonly accountId: string };

  constructor(database: Database, place: { region: string; accountId: string }) {
    this.#database = database;
    this.#place = place;
    database.define(`CREATE TABLE IF NOT EXISTS sqs_queues (
      name TEXT PRIMARY KEY, attributes TEXT NOT NULL, tags TEXT NOT NULL,
      created_seconds INTEGER NOT NULL, modified_seconds INTEGER NOT NULL)`);
  }

  arn(name: string): string {
    return `arn:aws:sqs:${this.#place.region}:${this.#place.accountId}:${name}`;
  }

  find(name: string): Queue | undefined {
    const row = this.#database.find<QueueRow>("SELECT * FROM sqs_queues WHERE name=?", name);
    return row && toQueue(row);
  }

  get(name: string): Queue {
    const queue = this.find(name);
    if (!queue) throw queueDoesNotExist();
    return queue;
  }

  /** The queue of that URL, whatever host the URL names. */
  getByUrl(url: string | undefined): Queue {
    if (!url) throw missingParameter("QueueUrl");
    return this.get(url.slice(url.lastIndexOf("/") + 1));
  }

  /** The queue of that ARN; one of another account or region is none of ours. */
  findByArn(arn: string): Queue | undefined {
    const name = arn.slice(arn.lastIndexOf(":") + 1);
    return this.arn(name) === arn ? this.find(name) : undefined;
  }

  getByArn(arn: string): Queue {
    const queue = this.findByArn(arn);
    if (!queue) throw queueDoesNotExist();
    return queue;
  }

  list(prefix = ""): Queue[] {
    return this.#database
      .list<QueueRow>(
        "SELECT * FROM sqs_queues WHERE substr(name, 1, length(?1))=?1 ORDER BY name",
        prefix,
      )
      .map(toQueue);
  }

  /** Makes the queue. One that is there already must have the same attributes, as on AWS. */
  insert(name: string, attributes: QueueAttributes, tags: Record<string, string>): void {
    const existing = this.find(name);
    if (existing) {
      const differing = Object.keys(attributes).find(
        (key) => existing.attributes[key] !== attributes[key],
      );
      if (differing === undefined) return;
      throw new AwsError(
        400,
        "QueueNameExists",
        `A queue already exists with the same name and a different value for attribute ${differing}`,
      );
    }
    checkName(name, attributes);
    this.#check(name, attributes);
    const now = Math.floor(Date.now() / 1000);
    this.#database.run(
      "INSERT INTO sqs_queues VALUES (?,?,?,?,?)",
      name,
      JSON.stringify({ ...defaultAttributes, ...attributes }),
      JSON.stringify(tags),
      now,
      now,
    );
  }

  /** Makes the queue or gives an existing one exactly these attributes; its messages stay. */
  provision(name: string, attributes: QueueAttributes): void {
    if (!this.find(name)) {
      this.insert(name, attributes, {});
      return;
    }
    checkName(name, attributes);
    this.#check(name, attributes);
    this.#update(name, { ...defaultAttributes, ...attributes });
  }

  setAttributes(name: string, attributes: QueueAttributes): void {
    this.#check(name, attributes);
    const merged = { ...this.get(name).attributes, ...attributes };
    const removed = removableAttributes.filter((key) => merged[key] === "");
    const kept = Object.entries(merged).filter(([key]) => !removed.includes(key));
    this.#update(name, Object.fromEntries(kept));
  }

  setTags(name: string, tags: Queue["tags"]): void {
    this.#database.run("UPDATE sqs_queues SET tags=? WHERE name=?", JSON.stringify(tags), name);
  }

  remove(name: string): void {
    this.#database.run("DELETE FROM sqs_queues WHERE name=?", name);
  }

  #update(name: string, attributes: QueueAttributes): void {
    this.#database.run(
      "UPDATE sqs_queues SET attributes=?, modified_seconds=? WHERE name=?",
      JSON.stringify(attributes),
      Math.floor(Date.now() / 1000),
      name,
    );
  }

  #check(name: string, attributes: QueueAttributes): void {
    checkAttributes(attributes);
    const target = redrivePolicy(attributes)?.deadLetterTargetArn;
    if (target !== undefined && this.getByArn(target).isFifo !== name.endsWith(".fifo")) {
      throw invalidParameter("Dead-letter queue must be same type of queue as the source.");
    }
  }
}

function checkName(name: string, { FifoQueue }: QueueAttributes): void {
  if (!/^[\w-]{1,80}(\.fifo)?$/.test(name) || name.length > 80) {
    throw invalidParameter(
      `Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length: ${name}`,
    );
  }
  if ((FifoQueue === "true") !== name.endsWith(".fifo")) {
    throw invalidParameter("The name of a FIFO queue, and of no other, ends with .fifo");
  }
}

function toQueue(row: QueueRow): Queue {
  return {
    name: row.name,
    isFifo: row.name.endsWith(".fifo"),
    attributes: JSON.parse(row.attributes),
    tags: JSON.parse(row.tags),
    createdSeconds: row.created_seconds,
    modifiedSeconds: row.modified_seconds,
  };
}
