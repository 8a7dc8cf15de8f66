import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { WebhookStore } from "../contracts/ports/webhook-store.ts";
import { jobsTable, tableKeys } from "../contracts/table.ts";
import type { Delivery, Webhook } from "../contracts/webhook.ts";
import { whenConditionHolds, type TableDependencies } from "./dynamodb-table.ts";

const without = <Row>({ pk: _pk, sk: _sk, ...row }: Record<string, unknown>): Row => row as Row;
const isThere = { "#pk": jobsTable.partitionKey.name };

/** Webhooks as rows of their owner's partition, deliveries as rows of their webhook's. */
export function dynamodbWebhookStore({
  client,
  table: TableName,
}: TableDependencies): WebhookStore {
  async function query<Row>(partition: string, newestFirst?: { limit: number }): Promise<Row[]> {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: "#pk = :partition",
        ExpressionAttributeNames: isThere,
        ExpressionAttributeValues: { ":partition": partition },
        ...(newestFirst && { ScanIndexForward: false, Limit: newestFirst.limit }),
      }),
    );
    return Items.map(without<Row>);
  }

  async function find<Row>(Key: Record<string, string>): Promise<Row | undefined> {
    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Item && without<Row>(Item);
  }

  return {
    async insert(webhook) {
      const Item = { ...webhook, ...tableKeys.webhook(webhook.owner, webhook.webhookId) };
      await client.send(new PutCommand({ TableName, Item }));
    },
    find: (owner, webhookId) => find<Webhook>(tableKeys.webhook(owner, webhookId)),
    list: (owner) => query<Webhook>(tableKeys.webhooks(owner)),
    async remove(owner, webhookId) {
      const Key = tableKeys.webhook(owner, webhookId);
      await client.send(new DeleteCommand({ TableName, Key }));
    },
    async disable(owner, webhookId, at) {
      await whenConditionHolds(
        client.send(
          new UpdateCommand({
            TableName,
            Key: tableKeys.webhook(owner, webhookId),
            ConditionExpression: "attribute_exists(#pk)",
            UpdateExpression: "SET #disabledAt = :at",
            ExpressionAttributeNames: { ...isThere, "#disabledAt": "disabledAt" },
            ExpressionAttributeValues: { ":at": at },
          }),
        ),
      );
    },

    deliveries: {
      async insert(delivery) {
        const inserted = await whenConditionHolds(
          client.send(
            new PutCommand({
              TableName,
              Item: { ...delivery, ...tableKeys.delivery(delivery.webhookId, delivery.deliveryId) },
              ConditionExpression: "attribute_not_exists(#pk)",
              ExpressionAttributeNames: isThere,
            }),
          ),
        );
        return inserted !== undefined;
      },
      find: (webhookId, deliveryId) => find<Delivery>(tableKeys.delivery(webhookId, deliveryId)),
      list: (webhookId, limit) => query<Delivery>(tableKeys.deliveries(webhookId), { limit }),
      async change(seen, change) {
        const fields = ["lastAttemptAt", "lastStatus", "lastError", "nextAttemptAt"] as const;
        const gone = fields.filter((field) => change[field] === undefined);
        const set = Object.entries(change).filter(([, value]) => value !== undefined);
        const remove =
          gone.length > 0 ? ` REMOVE ${gone.map((name) => `#${name}`).join(", ")}` : "";
        const changed = await whenConditionHolds(
          client.send(
            new UpdateCommand({
              TableName,
              Key: tableKeys.delivery(seen.webhookId, seen.deliveryId),
              ConditionExpression: "#status = :seenStatus AND #attempts = :seenAttempts",
              UpdateExpression: `SET ${set.map(([name]) => `#${name} = :${name}`).join(", ")}${remove}`,
              ExpressionAttributeNames: Object.fromEntries(
                [...set.map(([name]) => name), ...gone].map((name) => [`#${name}`, name]),
              ),
              ExpressionAttributeValues: {
                ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
                ":seenStatus": seen.status,
                ":seenAttempts": seen.attempts,
              },
            }),
          ),
        );
        return changed !== undefined;
      },
    },
  };
}
