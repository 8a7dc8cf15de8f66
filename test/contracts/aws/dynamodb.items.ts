import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, BatchWriteCommand, DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import type { TableActor } from "./dynamodb.setup.ts";
import { errorOf } from "./endpoint.ts";

/** Single items: round trips, conditions and updates. */
export function defineItemContract(setup: () => TableActor): void {
  test("returns every type as it was put", async () => {
    const actor = setup();
    const item = {
      pk: "types",
      sk: "s",
      number: 1.5,
      flag: true,
      nothing: null,
      empty: "",
      list: [1, "a", { z: 1 }],
      map: { deep: { er: 1 } },
      set: new Set(["a", "b"]),
      bytes: new Uint8Array([1, 2, 3]),
    };

    await actor.put(item);

    expect(await actor.get("types")).toEqual(item);
  });

  test("returns the item that made a condition fail, to a put and to an update", async () => {
    const actor = setup();
    await actor.put({ pk: "old", sk: "s", v: 1 });
    const returned = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const;

    const put = await errorOf(
      actor.put(
        { pk: "old", sk: "s", v: 2 },
        { ConditionExpression: "attribute_not_exists(pk)", ...returned },
      ),
    );
    const update = await errorOf(
      actor.update("old", "SET v = :two", {
        ConditionExpression: "v = :two",
        ExpressionAttributeValues: { ":two": 2 },
        ...returned,
      }),
    );

    expect(put).toBeInstanceOf(ConditionalCheckFailedException);
    const expected = { pk: { S: "old" }, sk: { S: "s" }, v: { N: "1" } };
    expect(put?.Item).toEqual(expected);
    expect(update?.Item).toEqual(expected);
    expect(await actor.get("old")).toMatchObject({ v: 1 });
  });

  test("puts no item on a failed condition unless it is asked for", async () => {
    const actor = setup();
    await actor.put({ pk: "quiet", sk: "s" });

    const refusal = await errorOf(
      actor.put({ pk: "quiet", sk: "s" }, { ConditionExpression: "attribute_not_exists(pk)" }),
    );

    expect(refusal?.name).toBe("ConditionalCheckFailedException");
    expect(refusal?.Item).toBeUndefined();
  });

  test("updates under a condition made of every operator that the product uses", async () => {
    const actor = setup();
    await actor.put({ pk: "machine", sk: "s", status: "NEW", v: 1, gone: 1 });

    const attributes = await actor.update(
      "machine",
      "SET #s = :running, v = v + :one, lease = :lease REMOVE gone",
      {
        ConditionExpression: `#s IN (:new, :queued) AND v = :one
          AND (attribute_not_exists(lease) OR lease < :now) AND size(#s) > :zero
          AND attribute_type(#s, :string) AND begins_with(pk, :mach)
          AND NOT contains(#s, :absent) AND v BETWEEN :zero AND :ten`,
        ExpressionAttributeNames: { "#s": "status" },
        ExpressionAttributeValues: {
          ":running": "RUNNING",
          ":new": "NEW",
          ":queued": "QUEUED",
          ":one": 1,
          ":lease": 100,
          ":now": 50,
          ":zero": 0,
          ":string": "S",
          ":mach": "mach",
          ":absent": "ZZ",
          ":ten": 10,
        },
        ReturnValues: "ALL_NEW",
      },
    );

    expect(attributes).toEqual({ pk: "machine", sk: "s", status: "RUNNING", v: 2, lease: 100 });
  });

  test("counts a hundred parallel additions to the last one", async () => {
    const actor = setup();
    const values = { ":one": 1, ":tag": new Set(["a"]) };
    const add = () =>
      actor.update("counter", "ADD n :one, tags :tag", { ExpressionAttributeValues: values });

    await Promise.all(Array.from({ length: 100 }, add));

    expect(await actor.get("counter")).toMatchObject({ n: 100, tags: new Set(["a"]) });
  });

  test("appends to lists, keeps first values, writes nested paths and takes from sets", async () => {
    const actor = setup();
    await actor.put({ pk: "nested", sk: "s", tags: new Set(["a", "b"]), m: { a: { b: [1, 2] } } });

    const updated = await actor.update(
      "nested",
      `SET events = list_append(if_not_exists(events, :none), :event), m.a.b[1] = :nine,
         m.#dotted = :nine, firstAt = if_not_exists(firstAt, :nine) DELETE tags :a`,
      {
        ExpressionAttributeNames: { "#dotted": "dotted.key" },
        ExpressionAttributeValues: {
          ":none": [],
          ":event": [{ at: 1 }],
          ":nine": 9,
          ":a": new Set(["a"]),
        },
        ReturnValues: "ALL_NEW",
      },
    );

    expect(updated).toMatchObject({
      events: [{ at: 1 }],
      firstAt: 9,
      m: { a: { b: [1, 9] }, "dotted.key": 9 },
      tags: new Set(["b"]),
    });
  });

  test("deletes under a condition and returns what was there", async () => {
    const actor = setup();
    await actor.put({ pk: "deleted", sk: "s", n: 1 });
    const remove = (n: number) =>
      actor.documents.send(
        new DeleteCommand({
          TableName: actor.table,
          Key: { pk: "deleted", sk: "s" },
          ConditionExpression: "n = :n",
          ExpressionAttributeValues: { ":n": n },
          ReturnValues: "ALL_OLD",
        }),
      );

    const refusal = await errorOf(remove(2));
    const { Attributes } = await remove(1);

    expect(refusal?.name).toBe("ConditionalCheckFailedException");
    expect(Attributes).toEqual({ pk: "deleted", sk: "s", n: 1 });
    expect(await actor.get("deleted")).toBeUndefined();
  });

  test("writes batches of 25, reads them back and refuses 26", async () => {
    const actor = setup();
    const items = Array.from({ length: 50 }, (_, index) => ({ pk: "batch", sk: String(index) }));
    await actor.fill(items);

    const { Responses } = await actor.documents.send(
      new BatchGetCommand({ RequestItems: { [actor.table]: { Keys: items } } }),
    );
    const puts = items.slice(0, 26).map((Item) => ({ PutRequest: { Item } }));
    const refusal = await errorOf(
      actor.documents.send(new BatchWriteCommand({ RequestItems: { [actor.table]: puts } })),
    );

    expect(Responses?.[actor.table]).toHaveLength(50);
    expect(refusal?.name).toBe("ValidationException");
  });

  test.for([
    { what: "an item above 400 KB", item: { pk: "large", sk: "s", pad: "y".repeat(410 * 1024) } },
    { what: "an item without its key", item: { pk: "incomplete" } },
    { what: "an index key of another type", item: { pk: "x", sk: "s", state: 1, createdAt: 1 } },
  ])("refuses $what", async ({ item }) => {
    expect((await errorOf(setup().put(item)))?.name).toBe("ValidationException");
  });

  test.for([
    { what: "a reserved word", expression: "SET status = :x", values: { ":x": 1 } },
    { what: "an unused value", expression: "SET a = :x", values: { ":x": 1, ":unused": 2 } },
    { what: "an empty set", expression: "SET a = :x", values: { ":x": new Set() } },
    { what: "a key attribute", expression: "SET pk = :x", values: { ":x": "other" } },
  ])("refuses an update with $what", async ({ expression, values }) => {
    const refusal = await errorOf(
      setup().update("any", expression, { ExpressionAttributeValues: values }),
    );

    expect(refusal?.name).toMatch(/ValidationException|Error/);
    expect(await setup().get("any")).toBeUndefined();
  });
}
