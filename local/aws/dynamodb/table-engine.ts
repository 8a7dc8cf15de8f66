import type { Database } from "../state/database.ts";
import type { CheckedInput } from "./dynalite.ts";
import { dynaliteValidations, loadAction } from "./dynalite.ts";
import type { DynaliteStore } from "./dynalite-store.ts";
import { isRefusal, refusalCode } from "./dynamodb-error.ts";

const readActions = [
  "BatchGetItem",
  "DescribeTable",
  "GetItem",
  "ListTables",
  "ListTagsOfResource",
  "Query",
  "Scan",
];
const writeActions = [
  "BatchWriteItem",
  "CreateTable",
  "DeleteItem",
  "DeleteTable",
  "PutItem",
  "TagResource",
  "UntagResource",
  "UpdateItem",
];
const actions = new Map(
  [...readActions, ...writeActions].map((action) => [action, loadAction(action)]),
);

/** Runs dynalite's actions on the SQLite file; each write, with all its index rows, is one transaction. */
export class TableEngine {
  readonly #database: Database;
  readonly #store: DynaliteStore;

  constructor(database: Database, store: DynaliteStore) {
    this.#database = database;
    this.#store = store;
  }

  knows(action: string): boolean {
    return actions.has(action);
  }

  async run(action: string, input: unknown): Promise<unknown> {
    if (writeActions.includes(action)) return this.write(action, this.check(action, input));
    const checked = this.check(action, input);
    return new Promise((resolve, reject) => {
      this.#find(action).act(this.#store, checked, (error, result) =>
        error ? reject(error) : resolve(result),
      );
    });
  }

  /** The input after dynalite's validation, which parses the expressions too. */
  check(action: string, input: unknown): CheckedInput {
    const { types, custom } = this.#find(action).validation;
    const { ReturnValuesOnConditionCheckFailure: returned } = input as CheckedInput;
    const checked = dynaliteValidations.checkTypes(input, types);
    dynaliteValidations.checkValidations(checked, types, custom, this.#store);
    // dynalite does not know this parameter and would have dropped it.
    if (returned !== undefined) checked.ReturnValuesOnConditionCheckFailure = returned;
    return checked;
  }

  /** Runs a checked write in a transaction; on this store dynalite's writes are over when they return. */
  write(action: string, input: CheckedInput): unknown {
    return this.#database.transaction(() => {
      if (action === "CreateTable") return this.#createTable(input);
      if (action === "DeleteTable") return this.#deleteTable(input);
      return this.#act(action, input);
    });
  }

  /** Puts the item that failed a condition into the refusal, if it was asked for. */
  withOldItem(error: unknown, input: CheckedInput): unknown {
    const key = input.Key ?? input.Item;
    const wanted = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD" && key !== undefined;
    if (!wanted || !isRefusal(error)) return error;
    if (refusalCode(error) !== "ConditionalCheckFailedException") return error;
    const item = this.#store.findItem(input.TableName, key);
    return item ? Object.assign(error, { body: { ...error.body, Item: item } }) : error;
  }

  #act(action: string, input: CheckedInput): unknown {
    let outcome: { error: unknown; result: unknown } | undefined;
    this.#find(action).act(this.#store, input, (error, result) => (outcome = { error, result }));
    if (!outcome) throw new Error(`dynalite's ${action} did not finish at once`);
    if (outcome.error) throw this.withOldItem(outcome.error, input);
    return outcome.result;
  }

  /** Activates the table at once: a kill before dynalite's timer would leave it CREATING for ever. */
  #createTable(input: CheckedInput): unknown {
    const result = structuredClone(this.#act("CreateTable", input));
    const table = this.#store.requireTable(input.TableName);
    table.TableStatus = "ACTIVE";
    for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = "ACTIVE";
    this.#store.tableDb.insert(input.TableName, table);
    return result;
  }

  #deleteTable(input: CheckedInput): unknown {
    const result = this.#act("DeleteTable", input);
    this.#store.tableDb.remove(input.TableName);
    this.#store.namespace("ttl").remove(input.TableName);
    return result;
  }

  #find(action: string) {
    const found = actions.get(action);
    if (!found) throw new Error(`dynalite has no action ${action}`);
    return found;
  }
}
