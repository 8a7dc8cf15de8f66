import { Readable } from "node:stream";
import type { Database } from "../state/database.ts";
import type { Callback } from "./dynalite.ts";

/** Bounds of a scan as LevelDB has them; keys compare as UTF-8. */
export interface ScanRange {
  readonly gte?: string;
  readonly gt?: string;
  readonly lte?: string;
  readonly lt?: string;
  readonly reverse?: boolean;
  /** Negative: no limit. */
  readonly limit?: number;
}

interface Row {
  key: string;
  value: string;
}

/** One table for every namespace. */
export const keyValueSchema = `CREATE TABLE IF NOT EXISTS dynamodb_values (
  namespace TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (namespace, key)) WITHOUT ROWID`;

const lastKey = "\u{10FFFF}";
const pageRows = 256;

/** Ordered keys with JSON values in one namespace of the SQLite file, with the callbacks that dynalite expects. */
export class KeyValueStore {
  readonly #database: Database;
  readonly #namespace: string;

  constructor(database: Database, namespace: string) {
    this.#database = database;
    this.#namespace = namespace;
  }

  find(key: string): unknown {
    const row = this.#database.find<Row>(
      "SELECT value FROM dynamodb_values WHERE namespace=? AND key=?",
      this.#namespace,
      key,
    );
    return row && JSON.parse(row.value);
  }

  insert(key: string, value: unknown): void {
    this.#database.run(
      "INSERT OR REPLACE INTO dynamodb_values VALUES (?,?,?)",
      this.#namespace,
      key,
      JSON.stringify(value),
    );
  }

  remove(key: string): void {
    this.#database.run(
      "DELETE FROM dynamodb_values WHERE namespace=? AND key=?",
      this.#namespace,
      key,
    );
  }

  clear(): void {
    this.#database.run("DELETE FROM dynamodb_values WHERE namespace=?", this.#namespace);
  }

  /** Everything at once: a scan would see what its reader writes. */
  list(): { key: string; value: unknown }[] {
    return [...this.scan()];
  }

  /** Reads in key order, a page at a time, so that a reader that stops early costs little. */
  *scan(range: ScanRange = {}): Generator<{ key: string; value: unknown }, void> {
    const { reverse = false, limit = -1 } = range;
    let lower = { key: range.gt ?? range.gte ?? "", operator: range.gt === undefined ? ">=" : ">" };
    let upper = {
      key: range.lt ?? range.lte ?? lastKey,
      operator: range.lt === undefined ? "<=" : "<",
    };
    for (let left = limit < 0 ? Number.POSITIVE_INFINITY : limit; left > 0;) {
      const page = this.#database.list<Row>(
        `SELECT key, value FROM dynamodb_values
         WHERE namespace=? AND key${lower.operator}? AND key${upper.operator}?
         ORDER BY key ${reverse ? "DESC" : "ASC"} LIMIT ?`,
        this.#namespace,
        lower.key,
        upper.key,
        Math.min(pageRows, left),
      );
      for (const { key, value } of page) yield { key, value: JSON.parse(value) };
      const last = page.at(-1);
      if (!last || page.length < pageRows) return;
      left -= page.length;
      if (reverse) upper = { key: last.key, operator: "<" };
      else lower = { key: last.key, operator: ">" };
    }
  }

  // What follows is the interface that dynalite's actions call. Everything is done when it returns.

  get(key: string, callback: Callback<unknown>): void {
    callback(null, this.find(key));
  }

  put(key: string, value: unknown, callback: Callback<void>): void {
    this.insert(key, value);
    callback(null);
  }

  del(key: string, callback: Callback<void>): void {
    this.remove(key);
    callback(null);
  }

  batch(
    writes: readonly { type: "put" | "del"; key: string; value?: unknown }[],
    callback: Callback<void>,
  ): void {
    for (const { type, key, value } of writes) {
      if (type === "del") this.remove(key);
      else this.insert(key, value);
    }
    callback(null);
  }

  /** No lock is needed: an action is over before the next one begins. */
  lock(_key: string, work: (release: (callback: unknown) => unknown) => void): void {
    work((callback) => callback);
  }

  createKeyStream(range?: ScanRange): Readable {
    return Readable.from(this.#project("key", range));
  }

  createValueStream(range?: ScanRange): Readable {
    return Readable.from(this.#project("value", range));
  }

  *#project(column: "key" | "value", range?: ScanRange): Generator<unknown, void> {
    for (const row of this.scan(range)) yield row[column];
  }
}
