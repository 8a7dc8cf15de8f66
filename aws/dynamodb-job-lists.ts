import { setTimeout as wait } from "node:timers/promises";
import { BatchGetCommand, QueryCommand, type QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import type { JobRow } from "../contracts/job.ts";
import { limits } from "../contracts/limits.ts";
import type { JobStore } from "../contracts/ports/job-store.ts";
import { waitingQueue } from "../contracts/protocol/schedule.ts";
import { jobsTable, tableKeys } from "../contracts/table.ts";
import { expressionWriter } from "./dynamodb-expression.ts";
import { jobIdOf, rowOf, type TableDependencies } from "./dynamodb-table.ts";

const { byOwner, due, waiting } = jobsTable.indexes;

/** The lists of the job store. An index says which rows; what is shown is read from the rows themselves. */
export function dynamodbJobLists({
  client,
  table,
}: TableDependencies): Pick<JobStore, "listByOwner" | "listDue" | "listWaiting" | "waiting"> {
  const query = (index: string, input: Omit<QueryCommandInput, "TableName" | "IndexName">) =>
    client.send(new QueryCommand({ TableName: table, IndexName: index, ...input }));

  async function readRows(jobIds: readonly string[]): Promise<readonly JobRow[]> {
    const rows = new Map<string, JobRow>();
    for (let from = 0; from < jobIds.length; from += limits.batchGetMax) {
      let left = jobIds.slice(from, from + limits.batchGetMax).map(tableKeys.job) as Record<
        string,
        unknown
      >[];
      for (let tries = 0; left.length; tries++) {
        if (tries === limits.batchTriesMax) throw new Error("DynamoDB left rows of a list unread.");
        if (tries) await wait(2 ** tries * 25);

        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } }),
        );
        for (const item of Responses?.[table] ?? []) rows.set(rowOf(item).jobId, rowOf(item));
        left = UnprocessedKeys?.[table]?.Keys ?? [];
      }
    }
    return jobIds.flatMap((jobId) => rows.get(jobId) ?? []);
  }

  /** Entries of a sparse index, lowest time first. */
  async function entriesBefore(
    index: typeof due | typeof waiting,
    { partition, before, limit }: { partition: string; before: number; limit: number },
  ) {
    const write = expressionWriter();
    const ofPartition = `${write.name(index.partitionKey.name)} = ${write.value(partition)}`;
    const earlier = `${write.name(index.sortKey.name)} < ${write.value(before)}`;
    const { Items = [] } = await query(index.name, {
      KeyConditionExpression: `${ofPartition} AND ${earlier}`,
      ...write.attributes(),
      Limit: limit,
    });
    return Items;
  }

  return {
    async listByOwner({ owner, status, limit, cursor }) {
      const jobIds: string[] = [];
      let before = cursor;
      for (let queries = 0; queries < limits.listQueriesMax && jobIds.length <= limit; queries++) {
        const write = expressionWriter();
        const ofOwner = `${write.name(byOwner.partitionKey.name)} = ${write.value(owner)}`;
        const older = before && ` AND ${write.name(byOwner.sortKey.name)} < ${write.value(before)}`;
        const alive = `attribute_not_exists(${write.name("deletedAt")})`;
        const inStatus = status && ` AND ${write.name("status")} = ${write.value(status)}`;
        const { Items = [], LastEvaluatedKey } = await query(byOwner.name, {
          KeyConditionExpression: `${ofOwner}${older ?? ""}`,
          FilterExpression: `${alive}${inStatus ?? ""}`,
          ...write.attributes(),
          ScanIndexForward: false,
          Limit: limits.pageSizeMax + 1,
        });
        jobIds.push(...Items.map((item) => item["jobId"] as string));
        before = LastEvaluatedKey?.["jobId"] as string | undefined;
        if (!before) break;
      }

      const page = jobIds.slice(0, limit);
      const next = jobIds.length > limit ? page.at(-1) : before;
      const rows = await readRows(page);
      return {
        // The index lags: what has moved on since is left out.
        jobs: rows.filter((row) => !row.deletedAt && (!status || row.status === status)),
        ...(next && { cursor: next }),
      };
    },

    async listDue({ shard, before, limit }) {
      const entries = await entriesBefore(due, { partition: shard, before, limit });
      return entries.map((entry) => jobIdOf(entry as { pk: string }));
    },

    async listWaiting({ limit }) {
      const entries = await entriesBefore(waiting, {
        partition: waitingQueue,
        before: Number.MAX_SAFE_INTEGER,
        limit,
      });
      const rows = await readRows(entries.map((entry) => jobIdOf(entry as { pk: string })));
      // The index lags: what has been taken since is left out.
      return rows.filter((row) => row.waitingQueue !== undefined);
    },

    async waiting({ before, limit }) {
      const [inFront, [oldest]] = await Promise.all([
        entriesBefore(waiting, { partition: waitingQueue, before, limit }),
        entriesBefore(waiting, {
          partition: waitingQueue,
          before: Number.MAX_SAFE_INTEGER,
          limit: 1,
        }),
      ]);
      return {
        count: inFront.length,
        ...(oldest && { oldestSince: oldest[waiting.sortKey.name] as number }),
      };
    },
  };
}
