import { paginateQuery, QueryCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test } from "vitest";
import type { TableActor } from "./dynamodb.setup.ts";
import { TableActor as Table } from "./dynamodb.setup.ts";
import { errorOf } from "./endpoint.ts";

/** Queries on the table and its indexes, over a hundred items in two states. */
export function defineQueryContract(setup: () => TableActor): void {
  let actor: TableActor;
  beforeAll(async () => {
    actor = new Table(setup().endpoint);
    await actor.createTable();
    await actor.fill(
      Array.from({ length: 100 }, (_, n) => ({
        pk: "b",
        sk: String(n).padStart(3, "0"),
        state: n % 2 === 0 ? "even" : "odd",
        createdAt: n,
        n,
        pad: "x".repeat(500),
      })),
    );
  });
  const query = (input: Partial<QueryCommandInput>) =>
    actor.documents.send(new QueryCommand({ TableName: actor.table, ...input }));
  const byState = (state: string): Partial<QueryCommandInput> => ({
    IndexName: "byState",
    KeyConditionExpression: "#state = :state",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":state": state },
  });

  test("pages backwards through an index, each item once", async () => {
    const found: number[] = [];
    let pages = 0;
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await query({
        ...byState("odd"),
        Limit: 7,
        ScanIndexForward: false,
        ExclusiveStartKey,
      });
      found.push(...(page.Items ?? []).map(({ n }) => n as number));
      ExclusiveStartKey = page.LastEvaluatedKey;
      pages++;
    } while (ExclusiveStartKey);

    expect(found).toEqual(Array.from({ length: 50 }, (_, index) => 99 - 2 * index));
    expect(pages).toBe(8);
  });

  test("returns from a slim index only what it holds", async () => {
    const { Items } = await query({ ...byState("even"), IndexName: "slim", Limit: 1 });

    expect(Object.keys(Items?.[0] ?? {}).toSorted()).toEqual(["n", "pk", "sk", "state"]);
  });

  test("counts what passes a filter and what was looked at", async () => {
    const { Count, ScannedCount } = await query({
      ...byState("even"),
      FilterExpression: "n < :limit",
      ExpressionAttributeValues: { ":state": "even", ":limit": 4 },
      Select: "COUNT",
    });

    expect([Count, ScannedCount]).toEqual([2, 50]);
  });

  test("refuses a consistent read of an index", async () => {
    const refusal = await errorOf(query({ ...byState("even"), ConsistentRead: true }));

    expect(refusal?.name).toBe("ValidationException");
  });

  test("drops an item from an index when it loses the index key", async () => {
    const { documents, table } = actor;
    await actor.put({ pk: "sparse", sk: "s", state: "sparse", createdAt: 1 });
    const before = await query({ ...byState("sparse"), Select: "COUNT" });

    await actor.update("sparse", "REMOVE createdAt");
    const after = await query({ ...byState("sparse"), Select: "COUNT" });

    expect([before.Count, after.Count]).toEqual([1, 0]);
    const scan = new ScanCommand({ TableName: table, IndexName: "byState", Select: "COUNT" });
    expect((await documents.send(scan)).Count).toBe(100);
  });

  test("finds by the beginning of a sort key, page by page, and projects", async () => {
    const found: Record<string, unknown>[] = [];
    const pages = paginateQuery(
      { client: actor.documents, pageSize: 3 },
      {
        TableName: actor.table,
        KeyConditionExpression: "pk = :b AND begins_with(sk, :start)",
        ProjectionExpression: "sk, n",
        ExpressionAttributeValues: { ":b": "b", ":start": "00" },
      },
    );
    for await (const { Items = [] } of pages) found.push(...Items);

    expect(found).toEqual(Array.from({ length: 10 }, (_, n) => ({ sk: `00${n}`, n })));
  });

  // "Paginating table query results": whether the item that crosses the limit is still on the page is not said.
  test("ends a page at about 1 MB, and says where the next one begins", async () => {
    const keys = Array.from({ length: 6 }, (_, n) => String(n));
    await actor.fill(keys.map((sk) => ({ pk: "mb", sk, pad: "y".repeat(300_000) })));
    const ofPartition = {
      KeyConditionExpression: "pk = :mb",
      ExpressionAttributeValues: { ":mb": "mb" },
    };

    const { Items: page = [], LastEvaluatedKey } = await query(ofPartition);
    const { Items: rest = [] } = await query({
      ...ofPartition,
      ExclusiveStartKey: LastEvaluatedKey,
    });

    expect([3, 4]).toContain(page.length);
    expect(LastEvaluatedKey).toEqual({ pk: "mb", sk: String(page.length - 1) });
    expect([...page, ...rest].map(({ sk }) => sk)).toEqual(keys);
  });

  test("scans each item in one of several segments", async () => {
    const segments = [0, 1, 2].map((Segment) =>
      actor.documents.send(
        new ScanCommand({
          TableName: actor.table,
          IndexName: "slim",
          Segment,
          TotalSegments: 3,
          FilterExpression: "attribute_exists(n)",
        }),
      ),
    );

    const found = (await Promise.all(segments)).flatMap(({ Items = [] }) => Items);

    expect(found.map(({ sk }) => sk).toSorted()).toEqual(
      Array.from({ length: 100 }, (_, n) => String(n).padStart(3, "0")),
    );
  });
}
