import { isDeepStrictEqual } from "node:util";
import type { AttributeDefinition, IndexDefinition, KeySchemaElement } from "./dynalite.ts";
import type { DynaliteStore } from "./dynalite-store.ts";
import type { SecondaryIndexes } from "./secondary-indexes.ts";
import type { TableEngine } from "./table-engine.ts";
import type { TimeToLive } from "./time-to-live.ts";

/** A table as CreateTable takes it, and the attribute that its time to live is in. Capacity is not emulated. */
export interface TableDefinition {
  readonly TableName: string;
  readonly AttributeDefinitions: readonly AttributeDefinition[];
  readonly KeySchema: readonly KeySchemaElement[];
  readonly GlobalSecondaryIndexes?: readonly IndexDefinition[];
  readonly LocalSecondaryIndexes?: readonly IndexDefinition[];
  readonly ttlAttribute?: string;
}

interface ProvisionDependencies {
  readonly store: DynaliteStore;
  readonly engine: TableEngine;
  readonly indexes: SecondaryIndexes;
  readonly timeToLive: TimeToLive;
}

/** Makes the table, or gives an existing one exactly these indexes and this time to live; its items stay. */
export function provisionTable(
  { store, engine, indexes, timeToLive }: ProvisionDependencies,
  definition: TableDefinition,
): void {
  const { TableName, AttributeDefinitions, KeySchema, ttlAttribute } = definition;
  const existing = store.findTable(TableName);
  const wanted = (definition.GlobalSecondaryIndexes ?? []).map(indexDefinition);
  if (!existing) {
    const local = (definition.LocalSecondaryIndexes ?? []).map(indexDefinition);
    const input = {
      TableName,
      AttributeDefinitions,
      KeySchema,
      BillingMode: "PAY_PER_REQUEST",
      ...(wanted.length > 0 && { GlobalSecondaryIndexes: wanted }),
      ...(local.length > 0 && { LocalSecondaryIndexes: local }),
    };
    engine.write("CreateTable", engine.check("CreateTable", structuredClone(input)));
  } else {
    if (!isDeepStrictEqual(existing.KeySchema, KeySchema)) {
      throw new Error(
        `The key of table ${TableName} changed; DynamoDB cannot do that: remove the local state`,
      );
    }
    const current = (existing.GlobalSecondaryIndexes ?? []).map(indexDefinition);
    const GlobalSecondaryIndexUpdates = indexUpdates(current, wanted);
    if (GlobalSecondaryIndexUpdates.length > 0) {
      indexes.update({ TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates });
    }
  }
  timeToLive.set(TableName, ttlAttribute);
}

/** An index that changed in any way is made anew. */
function indexUpdates(current: readonly IndexDefinition[], wanted: readonly IndexDefinition[]) {
  const isIn = (list: readonly IndexDefinition[]) => (index: IndexDefinition) =>
    list.some((other) => isDeepStrictEqual(other, index));
  const removed = current.filter((index) => !isIn(wanted)(index));
  const added = wanted.filter((index) => !isIn(current)(index));
  return [
    ...removed.map(({ IndexName }) => ({ Delete: { IndexName } })),
    ...added.map((index) => ({ Create: index })),
  ];
}

function indexDefinition({ IndexName, KeySchema, Projection }: IndexDefinition): IndexDefinition {
  return { IndexName, KeySchema, Projection };
}
