import { DeleteCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { WorkerRow } from "../contracts/job.ts";
import type { WorkerRegistry } from "../contracts/ports/job-store.ts";
import { jobsTable, tableKeys } from "../contracts/table.ts";
import type { TableDependencies } from "./dynamodb-table.ts";

/** Workers as rows of one partition, which DynamoDB drops when they have been silent for long. */
export function dynamodbWorkerRegistry({
  client,
  table,
  now = Date.now,
}: TableDependencies & { readonly now?: () => number }): WorkerRegistry {
  return {
    async beat(worker) {
      const Item = { ...worker, ...tableKeys.worker(worker.workerId) };
      await client.send(new PutCommand({ TableName: table, Item }));
    },

    async forget(workerId) {
      await client.send(new DeleteCommand({ TableName: table, Key: tableKeys.worker(workerId) }));
    },

    async list() {
      const workers: WorkerRow[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName: table,
            ConsistentRead: true,
            KeyConditionExpression: "#pk = :workers",
            FilterExpression: "#expiresAt > :now",
            ExpressionAttributeNames: {
              "#pk": jobsTable.partitionKey.name,
              "#expiresAt": jobsTable.ttlAttribute,
            },
            ExpressionAttributeValues: { ":workers": tableKeys.workers, ":now": now() / 1000 },
            ...(ExclusiveStartKey && { ExclusiveStartKey }),
          }),
        );
        workers.push(...Items.map(({ pk: _pk, sk: _sk, ...row }) => row as unknown as WorkerRow));
        ExclusiveStartKey = LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return workers;
    },
  };
}
