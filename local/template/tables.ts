import * as z from "zod";
import type { Template } from "./read-resources.ts";
import { readResources } from "./read-resources.ts";

const KeySchema = z.array(
  z.strictObject({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }),
);

const Index = z.strictObject({
  IndexName: z.string(),
  KeySchema,
  Projection: z.strictObject({
    ProjectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
    NonKeyAttributes: z.array(z.string()).exactOptional(),
  }),
});

const TimeToLive = z.strictObject({
  AttributeName: z.string(),
  Enabled: z.boolean().default(true),
});

export interface TableFacts {
  readonly name: string;
  readonly attributeDefinitions: { AttributeName: string; AttributeType: "S" | "N" | "B" }[];
  readonly keySchema: z.output<typeof KeySchema>;
  readonly indexes: z.output<typeof Index>[];
  readonly ttlAttribute?: string;
}

const kind = {
  types: ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"],
  schema: z.strictObject({
    TableName: z.string().optional(),
    AttributeDefinitions: z.array(
      z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) }),
    ),
    /** Capacity is not emulated, so provisioned tables would behave otherwise here. */
    BillingMode: z.literal("PAY_PER_REQUEST"),
    KeySchema,
    GlobalSecondaryIndexes: z.array(Index).default([]),
    TimeToLiveSpecification: TimeToLive.optional(),
  }),
  withoutEffect: [
    "ContributorInsightsSpecification",
    "DeletionProtectionEnabled",
    "PointInTimeRecoverySpecification",
    "Replicas",
    "SSESpecification",
    "Tags",
    "WarmThroughput",
  ],
};

/** The tables of the template with their keys, indexes and time to live. */
export function readTables(template: Template): TableFacts[] {
  return readResources(template, kind).map(({ name, properties }) => {
    const ttl = properties.TimeToLiveSpecification;
    return {
      name,
      attributeDefinitions: properties.AttributeDefinitions,
      keySchema: properties.KeySchema,
      indexes: properties.GlobalSecondaryIndexes,
      ...(ttl?.Enabled && { ttlAttribute: ttl.AttributeName }),
    };
  });
}
