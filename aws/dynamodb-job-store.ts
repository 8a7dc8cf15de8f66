import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { JobId } from "../contracts/job-id.ts";
import type { JobRow } from "../contracts/job.ts";
import type { JobStore } from "../contracts/ports/job-store.ts";
import { jobsTable, tableKeys } from "../contracts/table.ts";
import { expressionWriter } from "./dynamodb-expression.ts";
import { dynamodbJobLists } from "./dynamodb-job-lists.ts";
import { rowOf, whenConditionHolds, type TableDependencies } from "./dynamodb-table.ts";

const partitionKey = jobsTable.partitionKey.name;

/** Jobs as rows of the table. Each change is one conditional write to one row; there are no transactions. */
export function dynamodbJobStore({ client, table }: TableDependencies): JobStore {
  async function find(jobId: JobId): Promise<JobRow | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: tableKeys.job(jobId), ConsistentRead: true }),
    );
    return Item && rowOf(Item);
  }

  return {
    ...dynamodbJobLists({ client, table }),
    find,

    async insert(row) {
      return whenConditionHolds(
        client.send(
          new PutCommand({
            TableName: table,
            Item: { ...row, ...tableKeys.job(row.jobId) },
            ConditionExpression: "attribute_not_exists(#pk)",
            ExpressionAttributeNames: { "#pk": partitionKey },
          }),
        ),
      ).then(Boolean);
    },

    async move(jobId, transition) {
      const write = expressionWriter();
      // An update would make a row where there is none.
      const exists = `attribute_exists(${write.name(partitionKey)})`;
      const written = await whenConditionHolds(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: tableKeys.job(jobId),
            ConditionExpression: `${exists} AND (${write.condition(transition.condition)})`,
            UpdateExpression: write.update(transition.update),
            ...write.attributes(),
            ReturnValues: "ALL_NEW",
          }),
        ),
      );
      if (written) return { moved: true, row: rowOf(written.Attributes!) };

      const row = await find(jobId);
      if (!row) return { moved: false };
      return { moved: transition.hadWorked(row), row };
    },

    async remove(jobId) {
      return whenConditionHolds(
        client.send(
          new DeleteCommand({
            TableName: table,
            Key: tableKeys.job(jobId),
            ConditionExpression: "attribute_exists(#deletedAt)",
            ExpressionAttributeNames: { "#deletedAt": "deletedAt" },
          }),
        ),
      ).then(Boolean);
    },
  };
}
