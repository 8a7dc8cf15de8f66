import type { Database } from "../state/database.ts";
import type { AttributeValue, Item } from "./dynalite.ts";
import type { DynaliteStore } from "./dynalite-store.ts";
import { validationError } from "./dynamodb-error.ts";
import type { TableEngine } from "./table-engine.ts";

interface TimeToLiveSpecification {
  readonly AttributeName?: string;
  readonly Enabled?: boolean;
}

const sweepItemsMax = 500;
/** AWS leaves items alone whose time is longer past: most likely it is no time at all. */
const pastSecondsMax = 5 * 365 * 24 * 3600;

/** Deletes items whose time has passed. AWS may take days for that, so readers must look at the time too. */
export class TimeToLive {
  readonly #database: Database;
  readonly #store: DynaliteStore;
  readonly #engine: TableEngine;

  constructor(database: Database, store: DynaliteStore, engine: TableEngine) {
    this.#database = database;
    this.#store = store;
    this.#engine = engine;
  }

  update({
    TableName = "",
    TimeToLiveSpecification: specification = {},
  }: {
    TableName?: string;
    TimeToLiveSpecification?: TimeToLiveSpecification;
  }): unknown {
    if (!specification.AttributeName) throw validationError("TTL AttributeName must be given");
    this.set(TableName, specification.Enabled ? specification.AttributeName : undefined);
    return { TimeToLiveSpecification: specification };
  }

  describe({ TableName = "" }: { TableName?: string }): unknown {
    this.#store.requireTable(TableName);
    const AttributeName = this.#store.namespace("ttl").find(TableName);
    return {
      TimeToLiveDescription:
        AttributeName === undefined
          ? { TimeToLiveStatus: "DISABLED" }
          : { TimeToLiveStatus: "ENABLED", AttributeName },
    };
  }

  /** Names the attribute that holds the time, in seconds since 1970; undefined turns the sweep off. */
  set(tableName: string, attributeName: string | undefined): void {
    this.#store.requireTable(tableName);
    const settings = this.#store.namespace("ttl");
    if (attributeName === undefined) settings.remove(tableName);
    else settings.insert(tableName, attributeName);
  }

  /** Deletes a bounded number of expired items of each table. */
  sweep(): void {
    for (const { key: tableName, value } of this.#store.namespace("ttl").list()) {
      const { KeySchema } = this.#store.requireTable(tableName);
      for (const item of this.#findExpired(tableName, String(value))) {
        const key = KeySchema.map(({ AttributeName: name }) => [name, item[name]] as const);
        const Key = Object.fromEntries(key) as Record<string, AttributeValue>;
        this.#engine.write(
          "DeleteItem",
          this.#engine.check("DeleteItem", { TableName: tableName, Key }),
        );
      }
    }
  }

  #findExpired(tableName: string, attributeName: string): Item[] {
    const now = Math.floor(Date.now() / 1000);
    return this.#database
      .list<{ value: string }>(
        `SELECT value FROM dynamodb_values
         WHERE namespace=? AND CAST(json_extract(value, ?) AS REAL) BETWEEN ? AND ? LIMIT ?`,
        `item-${tableName}`,
        `$."${attributeName}".N`,
        now - pastSecondsMax,
        now - 1,
        sweepItemsMax,
      )
      .map(({ value }) => JSON.parse(value) as Item);
  }
}
