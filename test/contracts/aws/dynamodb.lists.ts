import { BatchGetCommand, DeleteCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import type { Row, TableActor } from "./dynamodb.setup.ts";
import { errorOf } from "./endpoint.ts";

/** Rows of one job, pages of jobs, and batches of rows. */
export function defineListContract(setup: () => TableActor): void {
  const query = (input: Partial<QueryCommandInput>) =>
    setup().documents.send(new QueryCommand({ TableName: setup().table, ...input }));
  const under = (pk: string, prefix: string): Partial<QueryCommandInput> => ({
    ConsistentRead: true,
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
    ExpressionAttributeValues: { ":pk": pk, ":prefix": prefix },
  });
  const keysOf = (items: readonly Row[] = []) => items.map(({ sk }) => sk);

  // "Querying tables in DynamoDB": in order of the sort key's UTF-8 bytes
  test("lists the segments of one plan, of no plan whose number begins alike, in order", async () => {
    const ours = ["SEG#p1#00000", "SEG#p1#00002", "SEG#p1#00010"];
    const others = ["JOB", "SEG#p12#00000", "SEG#p10#00001", "seg#p1#00003"];
    await setup().fill([...ours.toReversed(), ...others].map((sk) => ({ pk: "plan", sk })));

    expect(keysOf((await query(under("plan", "SEG#p1#"))).Items)).toEqual(ours);
    expect((await query(under("plan", "SEG#"))).Count).toBe(5);
  });

  test("sorts keys by their bytes, not by a language", async () => {
    const sorted = ["", "A", "Z", "_", "a", "z", "é", "漢", "🎬"].map((end) => `k${end}`);
    await setup().fill(sorted.toReversed().map((sk) => ({ pk: "bytes", sk })));

    expect(keysOf((await query(under("bytes", "k"))).Items)).toEqual(sorted);
  });

  test("pages by the beginning of a key past 1 MB, each item once", async () => {
    const sks = Array.from({ length: 9 }, (_, n) => `SEG#${n}`);
    const pad = "y".repeat(300_000);
    await setup().fill([...sks, "TAIL"].map((sk) => ({ pk: "large-pages", sk, pad })));

    const found: unknown[] = [];
    let pages = 0;
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await query({ ...under("large-pages", "SEG#"), ExclusiveStartKey });
      found.push(...keysOf(page.Items));
      ExclusiveStartKey = page.LastEvaluatedKey;
      pages++;
    } while (ExclusiveStartKey);

    expect(found).toEqual(sks);
    expect(pages).toBeGreaterThan(1);
  });

  // "Query", ExclusiveStartKey: it is a place, not an item.
  test("goes on behind a key whose item is gone", async () => {
    const { documents, table: TableName } = setup();
    await setup().fill(["1", "2", "3"].map((sk) => ({ pk: "gone-on", sk })));
    const first = await query({ ...everythingOf("gone-on"), Limit: 2 });
    await documents.send(new DeleteCommand({ TableName, Key: { pk: "gone-on", sk: "2" } }));

    const rest = await query({
      ...everythingOf("gone-on"),
      ExclusiveStartKey: first.LastEvaluatedKey,
    });

    expect(first.LastEvaluatedKey).toEqual({ pk: "gone-on", sk: "2" });
    expect(keysOf(rest.Items)).toEqual(["3"]);
  });

  // "Query", Limit: the items evaluated, not those that match
  test("gives a page with nothing on it, and where to go on, when a filter takes all of it", async () => {
    await setup().fill(
      ["1", "2", "3", "4"].map((sk) => ({ pk: "filtered", sk, done: Number(sk) < 4 })),
    );

    const page = await query({
      KeyConditionExpression: "pk = :pk",
      FilterExpression: "done = :false",
      ExpressionAttributeValues: { ":pk": "filtered", ":false": false },
      Limit: 2,
    });

    expect([page.Count, page.ScannedCount]).toEqual([0, 2]);
    expect(page.LastEvaluatedKey).toEqual({ pk: "filtered", sk: "2" });
  });

  test("does not know that a full page was the last", async () => {
    await setup().fill(["1", "2"].map((sk) => ({ pk: "full-page", sk })));

    const full = await query({ ...everythingOf("full-page"), Limit: 2 });
    const { LastEvaluatedKey: ExclusiveStartKey } = full;
    const last = await query({ ...everythingOf("full-page"), Limit: 2, ExclusiveStartKey });

    expect(ExclusiveStartKey).toEqual({ pk: "full-page", sk: "2" });
    expect([last.Count, last.LastEvaluatedKey]).toEqual([0, undefined]);
  });

  // "Using Global Secondary Indexes in DynamoDB"
  test("lists an index by its number, below a bound and oldest first, and says of which item", async () => {
    const times = [900, 1000, 20, 3, 1_764_000_000_000];
    await setup().fill(
      times.map((createdAt) => ({ pk: `due-${createdAt}`, sk: "s", state: "due", createdAt })),
    );
    const below = (bound: number): Partial<QueryCommandInput> => ({
      IndexName: "byState",
      KeyConditionExpression: "#state = :due AND createdAt < :bound",
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: { ":due": "due", ":bound": bound },
    });

    const page = await query({ ...below(1000), Limit: 2 });
    const all = await query(below(Number.MAX_SAFE_INTEGER));

    expect(page.Items?.map(({ createdAt }) => createdAt)).toEqual([3, 20]);
    expect(page.LastEvaluatedKey).toEqual({ pk: "due-20", sk: "s", state: "due", createdAt: 20 });
    expect(all.Items?.map(({ createdAt }) => createdAt)).toEqual(times.toSorted((a, b) => a - b));
  });

  test("keeps two items with the same index key apart", async () => {
    await setup().fill(
      ["a", "b", "c"].map((pk) => ({ pk: `twin-${pk}`, sk: "s", state: "twin", createdAt: 1 })),
    );
    const twins: Partial<QueryCommandInput> = {
      IndexName: "byState",
      KeyConditionExpression: "#state = :twin",
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: { ":twin": "twin" },
    };

    const first = await query({ ...twins, Limit: 1 });
    const rest = await query({ ...twins, ExclusiveStartKey: first.LastEvaluatedKey });

    const found = [...(first.Items ?? []), ...(rest.Items ?? [])].map(({ pk }) => pk as string);
    expect(found.toSorted()).toEqual(["twin-a", "twin-b", "twin-c"]);
  });

  const batchGet = (Keys: Row[]) =>
    setup().documents.send(
      new BatchGetCommand({ RequestItems: { [setup().table]: { Keys, ConsistentRead: true } } }),
    );

  // "BatchGetItem"
  test("leaves out of a batch what is not there", async () => {
    await setup().put({ pk: "batch-there", sk: "s", n: 1 });

    const { Responses, UnprocessedKeys } = await batchGet(
      ["batch-there", "batch-absent"].map((pk) => ({ pk, sk: "s" })),
    );

    expect(Responses?.[setup().table]).toEqual([{ pk: "batch-there", sk: "s", n: 1 }]);
    expect(UnprocessedKeys).toEqual({});
  });

  test("takes a batch of 100 keys, not of 101, and no key twice", async () => {
    const keys = Array.from({ length: 101 }, (_, n) => ({ pk: `batch-${n}`, sk: "s" }));

    await batchGet(keys.slice(0, 100));
    const tooMany = await errorOf(batchGet(keys));
    const twice = await errorOf(batchGet([keys[0]!, keys[0]!]));

    expect([tooMany?.name, twice?.name]).toEqual(["ValidationException", "ValidationException"]);
  });

  test("leaves keys unprocessed when a batch is above 16 MB, and each comes in the end", async () => {
    const keys = Array.from({ length: 45 }, (_, n) => ({ pk: "batch-large", sk: String(n) }));
    const pad = "z".repeat(380_000);
    await setup().fill(keys.map((key) => ({ ...key, pad })));

    const found: unknown[] = [];
    const left: number[] = [];
    for (let keysLeft: Row[] = keys; keysLeft.length;) {
      const { Responses, UnprocessedKeys } = await batchGet(keysLeft);
      found.push(...keysOf(Responses?.[setup().table]));
      keysLeft = UnprocessedKeys?.[setup().table]?.Keys ?? [];
      left.push(keysLeft.length);
    }

    expect(left[0]).toBeGreaterThan(0);
    expect(found.toSorted()).toEqual(keys.map(({ sk }) => sk).toSorted());
  }, 30_000);
}

const everythingOf = (pk: string): Partial<QueryCommandInput> => ({
  KeyConditionExpression: "pk = :pk",
  ExpressionAttributeValues: { ":pk": pk },
});
