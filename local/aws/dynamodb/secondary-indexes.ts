import type { Database } from "../state/database.ts";
import type { AttributeDefinition, IndexDefinition, Item, TableDescription } from "./dynalite.ts";
import { dynaliteDatabase } from "./dynalite.ts";
import type { DynaliteStore } from "./dynalite-store.ts";
import { validationError } from "./dynamodb-error.ts";

export interface UpdateTableInput {
  readonly TableName?: string;
  readonly AttributeDefinitions?: readonly AttributeDefinition[];
  readonly GlobalSecondaryIndexUpdates?: readonly {
    readonly Create?: IndexDefinition;
    readonly Delete?: { readonly IndexName: string };
  }[];
}

/** Adds and removes indexes of a table that has items; a new index is filled before anyone sees it. */
export class SecondaryIndexes {
  readonly #database: Database;
  readonly #store: DynaliteStore;

  constructor(database: Database, store: DynaliteStore) {
    this.#database = database;
    this.#store = store;
  }

  /** UpdateTable, as far as it is about indexes. */
  update(input: UpdateTableInput): unknown {
    const { TableName = "", AttributeDefinitions = [], GlobalSecondaryIndexUpdates = [] } = input;
    if (GlobalSecondaryIndexUpdates.length === 0) {
      throw validationError("The local DynamoDB updates nothing of a table but its indexes");
    }
    return this.#database.transaction(() => {
      const table = this.#store.requireTable(TableName);
      const definitions = [...table.AttributeDefinitions, ...AttributeDefinitions];
      table.AttributeDefinitions = [
        ...new Map(definitions.map((each) => [each.AttributeName, each])).values(),
      ];
      for (const { Create, Delete } of GlobalSecondaryIndexUpdates) {
        if (Delete) this.#remove(table, Delete.IndexName);
        if (Create) this.#add(table, Create);
      }
      this.#store.tableDb.insert(TableName, table);
      return { TableDescription: table };
    });
  }

  #remove(table: TableDescription, indexName: string): void {
    const indexes = table.GlobalSecondaryIndexes ?? [];
    const kept = indexes.filter(({ IndexName }) => IndexName !== indexName);
    if (kept.length === indexes.length) {
      throw validationError(`The table does not have the specified index: ${indexName}`);
    }
    if (kept.length > 0) table.GlobalSecondaryIndexes = kept;
    else delete table.GlobalSecondaryIndexes;
    this.#store.getIndexDb("Global", table.TableName, indexName).clear();
  }

  #add(table: TableDescription, definition: IndexDefinition): void {
    const { IndexName, KeySchema, Projection } = definition;
    const indexes = table.GlobalSecondaryIndexes ?? [];
    if (indexes.some((index) => index.IndexName === IndexName)) {
      throw validationError(`Attempting to create an index which already exists: ${IndexName}`);
    }
    const defined = table.AttributeDefinitions.map(({ AttributeName }) => AttributeName);
    const undefinedKey = KeySchema.find(({ AttributeName }) => !defined.includes(AttributeName));
    if (undefinedKey) {
      throw validationError(`${undefinedKey.AttributeName} is missing from AttributeDefinitions`);
    }
    const index = {
      IndexName,
      KeySchema,
      Projection,
      IndexArn: `${table.TableArn}/index/${IndexName}`,
      IndexStatus: "ACTIVE",
      IndexSizeBytes: 0,
      ItemCount: 0,
      ProvisionedThroughput: {
        ReadCapacityUnits: 0,
        WriteCapacityUnits: 0,
        NumberOfDecreasesToday: 0,
      },
    };
    table.GlobalSecondaryIndexes = [...indexes, index];
    this.#backfill(table, index);
  }

  #backfill(table: TableDescription, index: IndexDefinition): void {
    const rows = this.#store.getIndexDb("Global", table.TableName, index.IndexName);
    for (const { value } of this.#store.getItemDb(table.TableName).scan()) {
      const { puts } = dynaliteDatabase.getIndexActions([index], null, value as Item, table);
      for (const { key, item } of puts) rows.insert(key, item);
    }
  }
}
