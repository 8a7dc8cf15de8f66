import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import type { JobRow } from "../contracts/job.ts";
import type { JobStore } from "../contracts/ports/job-store.ts";
import { tableKeys } from "../contracts/table.ts";
import { dynamodbJobLists } from "./dynamodb-job-lists.ts";
import { dynamodbRows } from "./dynamodb-rows.ts";
import { dynamodbSegmentStore } from "./dynamodb-segment-store.ts";
import { whenConditionHolds, type TableDependencies } from "./dynamodb-table.ts";

/** Jobs and their segments as rows of the table. */
export function dynamodbJobStore({ client, table }: TableDependencies): JobStore {
  const rows = dynamodbRows<JobRow>({ client, table });
  const segments = dynamodbSegmentStore({ client, table });

  return {
    ...dynamodbJobLists({ client, table }),
    segments,
    find: (jobId) => rows.find(tableKeys.job(jobId)),
    insert: (row) => rows.insert(tableKeys.job(row.jobId), row),
    move: (jobId, transition) => rows.move(tableKeys.job(jobId), transition),

    async remove(jobId) {
      const row = await rows.find(tableKeys.job(jobId));
      if (row?.deletedAt === undefined) return false;
      await segments.removeAll(jobId);
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
