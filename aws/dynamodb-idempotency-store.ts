import { createHash } from "node:crypto";
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { JobId } from "../contracts/job-id.ts";
import type { IdempotencyStore } from "../contracts/ports/job-store.ts";
import { jobsTable, tableKeys } from "../contracts/table.ts";
import { whenConditionHolds, type TableDependencies } from "./dynamodb-table.ts";

const isFree = "attribute_not_exists(#pk) OR #expiresAt <= :now";

/** What came with an idempotency key before, until it expires. The key itself is not kept, only its digest. */
export function dynamodbIdempotencyStore({
  client,
  table,
  now = Date.now,
}: TableDependencies & { readonly now?: () => number }): IdempotencyStore {
  return {
    async reserve({ owner, key, requestHash, jobId, expiresAt, insteadOf }) {
      const Key = tableKeys.idempotency(owner, createHash("sha256").update(key).digest("hex"));
      const reserved = await whenConditionHolds(
        client.send(
          new PutCommand({
            TableName: table,
            Item: { ...Key, jobId, requestHash, expiresAt },
            ConditionExpression: insteadOf ? `${isFree} OR jobId = :insteadOf` : isFree,
            ExpressionAttributeNames: {
              "#pk": jobsTable.partitionKey.name,
              "#expiresAt": jobsTable.ttlAttribute,
            },
            ExpressionAttributeValues: {
              ":now": now() / 1000,
              ...(insteadOf && { ":insteadOf": insteadOf }),
            },
          }),
        ),
      );
      if (reserved) return { jobId, requestHash };

      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key, ConsistentRead: true }),
      );
      if (!Item) throw new Error("The idempotency key expired while it was read; try again.");
      return { jobId: Item["jobId"] as JobId, requestHash: Item["requestHash"] as string };
    },
  };
}
