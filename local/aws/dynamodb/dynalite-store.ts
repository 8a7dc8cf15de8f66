import type { Database } from "../state/database.ts";
import type { Callback, Item, TableDescription } from "./dynalite.ts";
import { dynaliteDatabase } from "./dynalite.ts";
import { DynamoDbError } from "./dynamodb-error.ts";
import { KeyValueStore, keyValueSchema } from "./key-value-store.ts";

/**
 * Descriptions of tables. dynalite finishes making and deleting a table from a timer; the engine does
 * so at once, in the action's transaction, and what comes from a timer comes outside of any.
 */
class TableRows extends KeyValueStore {
  readonly awsRegion: string;
  readonly awsAccountId: string;
  readonly #database: Database;

  constructor(database: Database, { region, accountId }: { region: string; accountId: string }) {
    super(database, "table");
    this.#database = database;
    this.awsRegion = region;
    this.awsAccountId = accountId;
  }

  override put(key: string, value: unknown, callback: Callback<void>): void {
    if (this.#database.isTransaction) super.put(key, value, callback);
  }

  override del(key: string, callback: Callback<void>): void {
    if (this.#database.isTransaction) super.del(key, callback);
  }
}

/** The store that dynalite's actions work on, kept in the SQLite file instead of LevelDB. */
export class DynaliteStore {
  readonly options = {
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
    maxItemSizeKb: 400,
    maxItemSize: 400 * 1024,
  };
  readonly tableDb: TableRows;
  readonly #database: Database;

  constructor(database: Database, place: { region: string; accountId: string }) {
    this.#database = database;
    database.define(keyValueSchema);
    this.tableDb = new TableRows(database, place);
  }

  namespace(name: string): KeyValueStore {
    return new KeyValueStore(this.#database, name);
  }

  findTable(name: string): TableDescription | undefined {
    return this.tableDb.find(name) as TableDescription | undefined;
  }

  requireTable(name: string): TableDescription {
    const table = this.findTable(name);
    if (!table) {
      const message = `Requested resource not found: Table: ${name} not found`;
      throw new DynamoDbError("ResourceNotFoundException", message);
    }
    return table;
  }

  /** The item with that key, or with the key of that item. */
  findItem(tableName: string, keyOrItem: Item): Item | undefined {
    const key = dynaliteDatabase.createKey(keyOrItem, this.requireTable(tableName));
    return this.getItemDb(tableName).find(key) as Item | undefined;
  }

  // What follows is the interface that dynalite's actions call.

  getTable(
    name: string,
    ...rest: [boolean, Callback<TableDescription>] | [Callback<TableDescription>]
  ) {
    const callback = rest.at(-1) as Callback<TableDescription>;
    const table = this.findTable(name);
    if (table) callback(null, table);
    else callback(new DynamoDbError("ResourceNotFoundException", "Requested resource not found"));
  }

  getItemDb(tableName: string): KeyValueStore {
    return this.namespace(`item-${tableName}`);
  }

  getIndexDb(type: string, tableName: string, indexName: string): KeyValueStore {
    return this.namespace(`index-${type.toLowerCase()}~${tableName}~${indexName}`);
  }

  getTagDb(tableName: string): KeyValueStore {
    return this.namespace(`tag-${tableName}`);
  }

  deleteItemDb(tableName: string, callback: Callback<void>): void {
    this.getItemDb(tableName).clear();
    callback(null);
  }

  deleteIndexDb(
    type: string,
    tableName: string,
    indexName: string,
    callback: Callback<void>,
  ): void {
    this.getIndexDb(type, tableName, indexName).clear();
    callback(null);
  }

  deleteTagDb(tableName: string, callback: Callback<void>): void {
    this.getTagDb(tableName).clear();
    callback(null);
  }
}
