import { BatchGetCommand, DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { expect, test } from "vitest";
import { dynamodbJobLists } from "../../aws/dynamodb-job-lists.ts";
import { newJobId } from "../../contracts/job-id.ts";
import { limits } from "../../contracts/limits.ts";
import { tableKeys } from "../../contracts/table.ts";
import { aJobRow } from "../support/job-row.ts";

const rows = [2, 1].map((n) => aJobRow({ jobId: newJobId(n) }));
const items = rows.map((row) => ({ ...row, ...tableKeys.job(row.jobId) }));

function listsOn(answer: (mock: ReturnType<typeof mockClient>) => void) {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: "eu-west-1" }));
  const mock = mockClient(client);
  answer(mock);
  return { lists: dynamodbJobLists({ client, table: "jobs" }), mock };
}

test("what a batch left unprocessed is asked for again", async () => {
  const left = { jobs: { Keys: [tableKeys.job(rows[1]!.jobId)] } };
  const { lists, mock } = listsOn((mock) =>
    mock
      .on(QueryCommand)
      .resolves({ Items: items })
      .on(BatchGetCommand)
      .resolvesOnce({ Responses: { jobs: [items[0]!] }, UnprocessedKeys: left })
      .resolves({ Responses: { jobs: [items[1]!] } }),
  );

  const page = await lists.listByOwner({ owner: "team", limit: 10 });

  expect(page.jobs).toEqual(rows);
  expect(mock.commandCalls(BatchGetCommand)[1]!.args[0].input.RequestItems!["jobs"]!.Keys).toEqual(
    left.jobs.Keys,
  );
});

test("rows that stay unprocessed are an error, not a shorter list", async () => {
  const left = { jobs: { Keys: [tableKeys.job(rows[0]!.jobId)] } };
  const { lists } = listsOn((mock) =>
    mock
      .on(QueryCommand)
      .resolves({ Items: items })
      .on(BatchGetCommand)
      .resolves({ UnprocessedKeys: left }),
  );

  await expect(lists.listByOwner({ owner: "team", limit: 10 })).rejects.toThrow("unread");
});

test("what the index still shows as it was is left out as it is", async () => {
  const [deleted, cancelled] = [
    { ...items[0]!, deletedAt: 1 },
    { ...items[1]!, status: "cancelled" },
  ];
  const { lists } = listsOn((mock) =>
    mock
      .on(QueryCommand)
      .resolves({ Items: items })
      .on(BatchGetCommand)
      .resolves({ Responses: { jobs: [deleted, cancelled] } }),
  );

  const all = await lists.listByOwner({ owner: "team", limit: 10 });
  const waiting = await lists.listByOwner({ owner: "team", status: "awaiting_upload", limit: 10 });

  expect(all.jobs).toMatchObject([{ status: "cancelled" }]);
  expect(waiting.jobs).toEqual([]);
});

test("a filter that matches nothing reads so many pages and no more, and says how to go on", async () => {
  const { lists, mock } = listsOn((mock) =>
    mock
      .on(QueryCommand)
      .callsFake(() => ({ Items: [], LastEvaluatedKey: { jobId: rows[1]!.jobId } })),
  );

  const page = await lists.listByOwner({ owner: "team", status: "failed", limit: 10 });

  expect(page).toEqual({ jobs: [], cursor: rows[1]!.jobId });
  expect(mock.commandCalls(QueryCommand)).toHaveLength(limits.listQueriesMax);
});
