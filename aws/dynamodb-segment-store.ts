import { DeleteCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { JobId } from "../contracts/job-id.ts";
import type { SegmentStore } from "../contracts/ports/job-store.ts";
import type { SegmentRow } from "../contracts/segment.ts";
import { jobsTable, tableKeys } from "../contracts/table.ts";
import { expressionWriter } from "./dynamodb-expression.ts";
import { dynamodbRows } from "./dynamodb-rows.ts";
import { rowOf, type TableDependencies } from "./dynamodb-table.ts";

const { partitionKey, sortKey } = jobsTable;

/** Segments as rows of a partition for each job. */
export function dynamodbSegmentStore({ client, table }: TableDependencies) {
  const rows = dynamodbRows<SegmentRow>({ client, table });

  /** Of every plan, or of one. */
  async function* itemsOf(jobId: JobId, planFence?: number) {
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const write = expressionWriter();
      const ofJob = `${write.name(partitionKey.name)} = ${write.value(tableKeys.segments(jobId))}`;
      const ofPlan =
        planFence === undefined
          ? ""
          : ` AND begins_with(${write.name(sortKey.name)}, ${write.value(tableKeys.segmentsOfPlan(planFence))})`;
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: `${ofJob}${ofPlan}`,
          ...write.attributes(),
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
      yield* Items;
      ExclusiveStartKey = LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }

  return {
    insert: (row) => rows.insert(tableKeys.segment(row.jobId, row.planFence, row.index), row),
    find: (ref) => rows.find(tableKeys.segment(ref.jobId, ref.planFence, ref.index)),
    move: (ref, transition) =>
      rows.move(tableKeys.segment(ref.jobId, ref.planFence, ref.index), transition),

    async list({ jobId, planFence }) {
      const found: SegmentRow[] = [];
      for await (const item of itemsOf(jobId, planFence)) {
        found.push(rowOf<SegmentRow>(item));
      }
      return found;
    },

    /** Removes the segments of every plan of a job. */
    async removeAll(jobId: JobId): Promise<void> {
      for await (const { pk, sk } of itemsOf(jobId)) {
        await client.send(new DeleteCommand({ TableName: table, Key: { pk, sk } }));
      }
    },
  } satisfies SegmentStore & { removeAll: unknown };
}
