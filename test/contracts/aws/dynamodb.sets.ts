import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import type { TableActor } from "./dynamodb.setup.ts";
import { errorOf } from "./endpoint.ts";

/** Sets of numbers: which segments of a job have ended. */
export function defineSetContract(setup: () => TableActor): void {
  const add = (pk: string, members: number[], more = {}) =>
    setup().update(pk, "ADD ended :members", {
      ExpressionAttributeValues: { ":members": new Set(members) },
      ReturnValues: "ALL_NEW",
      ...more,
    });

  // "Update expressions in DynamoDB", ADD
  test("makes a set of the first members, and takes each member once", async () => {
    await add("set-first", [3]);
    await add("set-first", [3]);

    expect((await add("set-first", [1, 3]))?.["ended"]).toEqual(new Set([1, 3]));
  });

  test("keeps the members of all of twenty parallel additions", async () => {
    const members = Array.from({ length: 20 }, (_, member) => member);

    await Promise.all(members.map((member) => add("set-parallel", [member])));

    expect((await setup().get("set-parallel"))?.["ended"]).toEqual(new Set(members));
  });

  test("tells members apart by value, not by spelling", async () => {
    const { client, table: TableName } = setup();
    const Key = { pk: { S: "set-spelling" }, sk: { S: "s" } };
    for (const member of ["1", "1.0", "0.1e1"]) {
      await client.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: "ADD ended :member",
          ExpressionAttributeValues: { ":member": { NS: [member] } },
        }),
      );
    }

    expect((await setup().get("set-spelling"))?.["ended"]).toEqual(new Set([1]));
  });

  test("refuses to add a set to a number, and a set of other things", async () => {
    const actor = setup();
    await actor.put({ pk: "set-number", sk: "s", ended: 1 });
    await actor.put({ pk: "set-strings", sk: "s", ended: new Set(["a"]) });

    const toNumber = await errorOf(add("set-number", [1]));
    const toStrings = await errorOf(add("set-strings", [1]));

    expect([toNumber?.name, toStrings?.name]).toEqual([
      "ValidationException",
      "ValidationException",
    ]);
    expect(await actor.get("set-number")).toMatchObject({ ended: 1 });
  });

  // "Supported data types and naming rules in Amazon DynamoDB", sets
  test.for([
    { what: "a member twice", NS: ["1", "1"] },
    { what: "no member", NS: [] },
  ])("refuses a set that has $what", async ({ NS }) => {
    const { client, table: TableName } = setup();

    const refusal = await errorOf(
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: { pk: { S: "set-refused" }, sk: { S: "s" } },
          UpdateExpression: "ADD ended :members",
          ExpressionAttributeValues: { ":members": { NS } },
        }),
      ),
    );

    expect(refusal?.name).toBe("ValidationException");
    expect(await setup().get("set-refused")).toBeUndefined();
  });

  // "Update expressions in DynamoDB", DELETE: there are no empty sets.
  test("drops the attribute with its last member", async () => {
    await add("set-emptied", [1, 2]);

    const remove = (member: number) =>
      setup().update("set-emptied", "DELETE ended :member", {
        ExpressionAttributeValues: { ":member": new Set([member]) },
        ReturnValues: "ALL_NEW",
      });

    expect((await remove(1))?.["ended"]).toEqual(new Set([2]));
    expect(await remove(2)).toEqual({ pk: "set-emptied", sk: "s" });
  });

  test("starts anew after the set was removed", async () => {
    await add("set-anew", [1, 2]);

    await setup().update("set-anew", "REMOVE ended");

    expect((await add("set-anew", [7]))?.["ended"]).toEqual(new Set([7]));
  });

  test("adds nothing when the condition fails", async () => {
    await add("set-refusal", [1]);

    const refusal = await errorOf(
      add("set-refusal", [2], {
        ConditionExpression: "attribute_exists(#status)",
        ExpressionAttributeNames: { "#status": "status" },
      }),
    );

    expect(refusal?.name).toBe("ConditionalCheckFailedException");
    expect((await setup().get("set-refusal"))?.["ended"]).toEqual(new Set([1]));
  });

  // "Condition and filter expressions, operators, and functions in DynamoDB", size
  test("is full once as many have been added as are awaited, and for one writer only", async () => {
    const actor = setup();
    await actor.put({ pk: "set-full", sk: "s", fence: 1 });
    const begin = () =>
      errorOf(
        actor.update("set-full", "SET fence = :two", {
          ConditionExpression: "fence = :one AND attribute_exists(ended) AND size(ended) >= :total",
          ExpressionAttributeValues: { ":one": 1, ":two": 2, ":total": 3 },
        }),
      );

    const none = await begin();
    await add("set-full", [0, 2]);
    const early = await begin();
    await add("set-full", [1]);
    const both = await Promise.all([begin(), begin()]);

    const refused = "ConditionalCheckFailedException";
    expect([none?.name, early?.name]).toEqual([refused, refused]);
    expect(both.map((refusal) => refusal?.name).toSorted()).toEqual([refused, undefined]);
  });

  // "UpdateItem", ReturnValues
  test.for([
    { ReturnValues: "NONE", wanted: undefined },
    { ReturnValues: "UPDATED_NEW", wanted: { ended: new Set([1, 2]) } },
    { ReturnValues: "UPDATED_OLD", wanted: { ended: new Set([1]) } },
    { ReturnValues: "ALL_OLD", wanted: { sk: "s", n: 5, ended: new Set([1]) } },
    { ReturnValues: "ALL_NEW", wanted: { sk: "s", n: 5, ended: new Set([1, 2]) } },
  ] as const)("returns $ReturnValues of an item with a set", async ({ ReturnValues, wanted }) => {
    const pk = `set-${ReturnValues}`;
    await setup().put({ pk, sk: "s", n: 5, ended: new Set([1]) });

    const returned = await add(pk, [2], { ReturnValues });

    expect(returned).toEqual(ReturnValues.startsWith("ALL") ? { ...wanted, pk } : wanted);
  });
}
