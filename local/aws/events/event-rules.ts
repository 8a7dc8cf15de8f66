import type { Database } from "../state/database.ts";
import type { EventMatcher } from "./event-pattern.ts";
import { compileEventPattern } from "./event-pattern.ts";

/** An event on the default bus, as its targets receive it. */
export interface EventEnvelope {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A rule of the default bus whose targets are queues. */
export interface EventRule {
  readonly name: string;
  readonly pattern: unknown;
  readonly targets: readonly { readonly queueArn: string }[];
}

/** Rules that pass events on to queues, in the transaction in which the event happens. */
export class EventRules {
  readonly #database: Database;
  readonly #sendToQueue: (queueArn: string, body: string) => void;
  readonly #rules = new Map<string, { matches: EventMatcher; queueArns: readonly string[] }>();

  constructor(database: Database, sendToQueue: (queueArn: string, body: string) => void) {
    this.#database = database;
    this.#sendToQueue = sendToQueue;
    database.define(
      "CREATE TABLE IF NOT EXISTS event_rules (name TEXT PRIMARY KEY, rule TEXT NOT NULL)",
    );
    for (const { rule } of database.list<{ rule: string }>("SELECT rule FROM event_rules")) {
      this.#load(JSON.parse(rule) as EventRule);
    }
  }

  /** Adds the rule or replaces the one of that name; a pattern that is not understood is refused. */
  put(rule: EventRule): void {
    this.#load(rule);
    this.#database.run(
      "INSERT OR REPLACE INTO event_rules VALUES (?,?)",
      rule.name,
      JSON.stringify(rule),
    );
  }

  /** Removes the rule if it is there. */
  remove(name: string): void {
    this.#rules.delete(name);
    this.#database.run("DELETE FROM event_rules WHERE name=?", name);
  }

  listNames(): string[] {
    return [...this.#rules.keys()];
  }

  /** Sends the event to the targets of every rule that it fits. */
  deliver(event: EventEnvelope): void {
    for (const { matches, queueArns } of this.#rules.values()) {
      if (!matches(event)) continue;
      for (const queueArn of queueArns) this.#sendToQueue(queueArn, JSON.stringify(event));
    }
  }

  #load({ name, pattern, targets }: EventRule): void {
    const matches = compileEventPattern(pattern);
    this.#rules.set(name, { matches, queueArns: targets.map(({ queueArn }) => queueArn) });
  }
}
