import { createRequire } from "node:module";

/**
 * The parts of dynalite 4.0.0 that are used: validation, expressions and the actions on tables and items.
 * They are reached by deep paths, which the package does not promise to keep: its version is pinned exactly.
 */
const require = createRequire(import.meta.url);

/** One typed value, such as `{ S: "text" }`. */
export type AttributeValue = Readonly<Record<string, unknown>>;
export type Item = Record<string, AttributeValue>;

export interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: "HASH" | "RANGE";
}

export interface AttributeDefinition {
  readonly AttributeName: string;
  readonly AttributeType: "S" | "N" | "B";
}

export interface IndexDefinition {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: {
    readonly ProjectionType?: string;
    readonly NonKeyAttributes?: readonly string[];
  };
}

/** What DescribeTable answers, which is also what dynalite keeps. */
export interface TableDescription {
  readonly TableName: string;
  readonly TableArn: string;
  readonly KeySchema: readonly KeySchemaElement[];
  TableStatus: string;
  AttributeDefinitions: readonly AttributeDefinition[];
  GlobalSecondaryIndexes?: (IndexDefinition & { IndexStatus?: string })[];
}

/** The input of any action once dynalite has checked it. */
export interface CheckedInput {
  TableName: string;
  Key?: Item;
  Item?: Item;
  ReturnValuesOnConditionCheckFailure?: string;
  [name: string]: unknown;
}

export type Callback<Result> = (error: unknown, result?: Result) => void;
export type Action = (store: unknown, input: CheckedInput, callback: Callback<unknown>) => void;

export interface Validation {
  readonly types: unknown;
  readonly custom?: unknown;
}

interface Database {
  createKey(keyOrItem: Item, table: TableDescription): string;
  checkConditional(input: CheckedInput, item: Item | undefined): unknown;
  getIndexActions(
    indexes: readonly IndexDefinition[],
    before: Item | null,
    after: Item | null,
    table: TableDescription,
  ): { readonly puts: readonly { readonly key: string; readonly item: Item }[] };
}

interface Validations {
  checkTypes(input: unknown, types: unknown): CheckedInput;
  checkValidations(input: CheckedInput, types: unknown, custom: unknown, store: unknown): void;
}

export const dynaliteDatabase = require("dynalite/db") as Database;
export const dynaliteValidations = require("dynalite/validations") as Validations;

export function loadAction(action: string): { act: Action; validation: Validation } {
  const file = `${action.charAt(0).toLowerCase()}${action.slice(1)}`;
  return {
    act: require(`dynalite/actions/${file}`) as Action,
    validation: require(`dynalite/validations/${file}`) as Validation,
  };
}
