import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { AccessKey } from "../contracts/access-key.ts";
import type { KeyStore } from "../contracts/ports/key-store.ts";
import { jobsTable, tableKeys } from "../contracts/table.ts";
import { whenConditionHolds, type TableDependencies } from "./dynamodb-table.ts";

const keyOf = ({ pk: _pk, sk: _sk, ...key }: Record<string, unknown>): AccessKey =>
  key as unknown as AccessKey;

/** Keys as rows of one partition, each under the hash of its secret. */
export function dynamodbKeyStore({ client, table: TableName }: TableDependencies): KeyStore {
  return {
    async insert(key) {
      const stored = await whenConditionHolds(
        client.send(
          new PutCommand({
            TableName,
            Item: { ...key, ...tableKeys.key(key.secretSha256) },
            ConditionExpression: "attribute_not_exists(#pk)",
            ExpressionAttributeNames: { "#pk": jobsTable.partitionKey.name },
          }),
        ),
      );
      return stored !== undefined;
    },

    async find(secretSha256) {
      const { Item } = await client.send(
        new GetCommand({ TableName, Key: tableKeys.key(secretSha256), ConsistentRead: true }),
      );
      return Item && keyOf(Item);
    },

    async list() {
      const keys: AccessKey[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName,
            ConsistentRead: true,
            KeyConditionExpression: "#pk = :keys",
            ExpressionAttributeNames: { "#pk": jobsTable.partitionKey.name },
            ExpressionAttributeValues: { ":keys": tableKeys.keys },
            ...(ExclusiveStartKey && { ExclusiveStartKey }),
          }),
        );
        keys.push(...Items.map(keyOf));
        ExclusiveStartKey = LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return keys;
    },

    async revoke(secretSha256, at) {
      const revoked = await whenConditionHolds(
        client.send(
          new UpdateCommand({
            TableName,
            Key: tableKeys.key(secretSha256),
            ConditionExpression: "attribute_exists(#pk)",
            UpdateExpression: "SET #revokedAt = if_not_exists(#revokedAt, :at)",
            ExpressionAttributeNames: {
              "#pk": jobsTable.partitionKey.name,
              "#revokedAt": "revokedAt",
            },
            ExpressionAttributeValues: { ":at": at },
          }),
        ),
      );
      return revoked !== undefined;
    },
  };
}
