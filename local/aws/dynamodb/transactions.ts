import type { Database } from "../state/database.ts";
import { sha256Hex } from "../sigv4/signature.ts";
import type { CheckedInput, Item } from "./dynalite.ts";
import { dynaliteDatabase } from "./dynalite.ts";
import type { DynaliteStore } from "./dynalite-store.ts";
import { DynamoDbError, isRefusal, refusalCode, validationError } from "./dynamodb-error.ts";
import type { TableEngine } from "./table-engine.ts";

interface TransactWriteItemsInput {
  readonly TransactItems?: readonly Readonly<Record<string, object>>[];
  readonly ClientRequestToken?: string;
}

interface TransactGetItemsInput {
  readonly TransactItems?: readonly { readonly Get: object }[];
}

interface PreparedWrite {
  readonly kind: string;
  readonly action: string;
  readonly input: CheckedInput;
}

interface CancellationReason {
  readonly Code: string;
  readonly Message?: unknown;
  readonly Item?: unknown;
}

const itemsMax = 100;
/** For so long a request with the same token is the same request. */
const tokenMs = 10 * 60_000;
/** A condition check is validated as a delete: same key, same condition. */
const actionOf: Readonly<Record<string, string>> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "DeleteItem",
};

/** TransactWriteItems and TransactGetItems, which dynalite lacks. */
export class Transactions {
  readonly #database: Database;
  readonly #store: DynaliteStore;
  readonly #engine: TableEngine;

  constructor(database: Database, store: DynaliteStore, engine: TableEngine) {
    this.#database = database;
    this.#store = store;
    this.#engine = engine;
  }

  async get({ TransactItems = [] }: TransactGetItemsInput): Promise<unknown> {
    checkCount(TransactItems.length);
    const reads = TransactItems.map(({ Get }) => this.#engine.run("GetItem", Get));
    return { Responses: await Promise.all(reads) };
  }

  /** All of the writes, or none and a reason for each. */
  write({ TransactItems = [], ClientRequestToken: token }: TransactWriteItemsInput): unknown {
    checkCount(TransactItems.length);
    const digest = sha256Hex(JSON.stringify(TransactItems));
    if (token !== undefined && this.#wasApplied(token, digest)) return {};
    const writes = TransactItems.map((item) => this.#prepare(item));
    this.#checkDistinct(writes);

    const reasons: CancellationReason[] = [];
    try {
      this.#database.transaction(() => {
        for (const write of writes) reasons.push(this.#apply(write));
        if (reasons.some(({ Code }) => Code !== "None")) throw cancelled(reasons);
        if (token !== undefined) {
          this.#store.namespace("token").insert(token, { digest, appliedAt: Date.now() });
        }
      });
    } finally {
      this.#forgetTokens();
    }
    return {};
  }

  #prepare(item: Readonly<Record<string, object>>): PreparedWrite {
    const [kind = "", input = {}] = Object.entries(item)[0] ?? [];
    const action = actionOf[kind];
    if (action === undefined) throw validationError(`Unknown item in a transaction: ${kind}`);
    return { kind, action, input: this.#engine.check(action, { ...input }) };
  }

  #checkDistinct(writes: readonly PreparedWrite[]): void {
    const items = writes.map(({ input }) => {
      const table = this.#store.requireTable(input.TableName);
      const key: Item = input.Key ?? input.Item ?? {};
      return `${input.TableName}~${dynaliteDatabase.createKey(key, table)}`;
    });
    if (new Set(items).size < items.length) {
      throw validationError("Transaction request cannot include multiple operations on one item");
    }
  }

  #apply({ kind, action, input }: PreparedWrite): CancellationReason {
    try {
      if (kind === "ConditionCheck") this.#checkCondition(input);
      else this.#engine.write(action, input);
      return { Code: "None" };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const conditionFailed = refusalCode(error) === "ConditionalCheckFailedException";
      return {
        Code: conditionFailed ? "ConditionalCheckFailed" : "ValidationError",
        Message: error.body["message"],
        ...("Item" in error.body && { Item: error.body["Item"] }),
      };
    }
  }

  #checkCondition(input: CheckedInput): void {
    const item = this.#store.findItem(input.TableName, input.Key ?? {});
    const refusal = dynaliteDatabase.checkConditional(input, item);
    if (refusal) throw this.#engine.withOldItem(refusal, input);
  }

  #wasApplied(token: string, digest: string): boolean {
    const known = this.#store.namespace("token").find(token) as
      | { digest: string; appliedAt: number }
      | undefined;
    if (!known || Date.now() - known.appliedAt >= tokenMs) return false;
    if (known.digest !== digest) {
      throw new DynamoDbError(
        "IdempotentParameterMismatchException",
        "The request uses the same client token as a previous, but non-identical request",
      );
    }
    return true;
  }

  #forgetTokens(): void {
    const tokens = this.#store.namespace("token");
    for (const { key, value } of tokens.list()) {
      const { appliedAt } = value as { appliedAt: number };
      if (Date.now() - appliedAt >= tokenMs) tokens.remove(key);
    }
  }
}

function checkCount(count: number): void {
  if (count < 1 || count > itemsMax) {
    throw validationError(
      `1 validation error detected: 'transactItems' must have between 1 and ${itemsMax} members`,
    );
  }
}

function cancelled(reasons: readonly CancellationReason[]): DynamoDbError {
  const codes = reasons.map(({ Code }) => Code).join(", ");
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  const details = { Message: message, CancellationReasons: reasons };
  return new DynamoDbError("TransactionCanceledException", message, details);
}
