import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { ScalerStore } from "../contracts/ports/scaler-store.ts";
import type { ScalerRow } from "../contracts/scaler-row.ts";
import { tableKeys } from "../contracts/table.ts";
import { whenConditionHolds, type TableDependencies } from "./dynamodb-table.ts";

/** The scaler's row in a partition of its own. */
export function dynamodbScalerStore({ client, table: TableName }: TableDependencies): ScalerStore {
  return {
    async find() {
      const { Item } = await client.send(
        new GetCommand({ TableName, Key: tableKeys.scaler, ConsistentRead: true }),
      );
      if (!Item) return undefined;
      const { pk: _pk, sk: _sk, ...row } = Item;
      return row as unknown as ScalerRow;
    },

    async replace(row) {
      const stored = await whenConditionHolds(
        client.send(
          new PutCommand({
            TableName,
            Item: { ...row, ...tableKeys.scaler },
            ConditionExpression: "attribute_not_exists(#version) OR #version = :before",
            ExpressionAttributeNames: { "#version": "version" },
            ExpressionAttributeValues: { ":before": row.version - 1 },
          }),
        ),
      );
      return stored !== undefined;
    },
  };
}
