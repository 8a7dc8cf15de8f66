import { jobsTable } from "../../contracts/table.ts";

const { partitionKey, sortKey, indexes, ttlAttribute } = jobsTable;

const keySchema = (partition: { name: string }, sort: { name: string }) => [
  { AttributeName: partition.name, KeyType: "HASH" as const },
  { AttributeName: sort.name, KeyType: "RANGE" as const },
];

/** The table of the contract as CreateTable takes it. */
export function tableDefinition(TableName: string) {
  const keys = [partitionKey, sortKey, ...Object.values(indexes).flatMap(keysOf)];
  return {
    TableName,
    KeySchema: keySchema(partitionKey, sortKey),
    AttributeDefinitions: keys.map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    GlobalSecondaryIndexes: Object.values(indexes).map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index.partitionKey, index.sortKey),
      Projection: {
        ProjectionType: index.projection.type,
        ...("attributes" in index.projection && {
          NonKeyAttributes: [...index.projection.attributes],
        }),
      },
    })),
    ttlAttribute,
  };
}

const keysOf = (index: (typeof indexes)[keyof typeof indexes]) => [
  index.partitionKey,
  index.sortKey,
];
