import { DeleteCommand, GetCommand } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import type { TableActor } from "./dynamodb.setup.ts";
import { errorOf } from "./endpoint.ts";

/** How an update changes an item, and what it does where there is none. */
export function defineUpdateContract(setup: () => TableActor): void {
  // "Update expressions in DynamoDB"
  test("reads every operand as it was before the update", async () => {
    await setup().put({ pk: "swap", sk: "s", a: 1, b: 2 });

    await setup().update("swap", "SET a = b, b = a");

    expect(await setup().get("swap")).toMatchObject({ a: 2, b: 1 });
  });

  test("sets, adds and removes in one update, which an index sees as one", async () => {
    const actor = setup();
    await actor.put({ pk: "all-clauses", sk: "s", fence: 1, leaseUntil: 5, history: [{ at: 1 }] });

    const after = await actor.update(
      "all-clauses",
      "SET #state = :state, history = list_append(history, :event) ADD fence :one REMOVE leaseUntil, absent",
      {
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: { ":state": "pending", ":event": [{ at: 2 }], ":one": 1 },
        ReturnValues: "ALL_NEW",
      },
    );

    expect(after).toEqual({
      pk: "all-clauses",
      sk: "s",
      state: "pending",
      fence: 2,
      history: [{ at: 1 }, { at: 2 }],
    });
  });

  test("counts from nothing when it adds to an attribute that is not there", async () => {
    const after = await setup().update("added", "ADD attempts :one", {
      ExpressionAttributeValues: { ":one": 1 },
      ReturnValues: "ALL_NEW",
    });

    expect(after).toEqual({ pk: "added", sk: "s", attempts: 1 });
  });

  test.for([
    { what: "to append to a list that is not there", expression: "SET h = list_append(h, :list)" },
    { what: "to set one attribute twice", expression: "SET h = :list, h = :list" },
    { what: "to set and remove one attribute", expression: "SET h = :list REMOVE h" },
    { what: "to append to a number", expression: "SET h = list_append(n, :list)" },
  ])("refuses $what", async ({ expression }) => {
    const actor = setup();
    const before = { pk: "update-refused", sk: "s", n: 1 };
    await actor.put(before);

    const refusal = await errorOf(
      actor.update("update-refused", expression, { ExpressionAttributeValues: { ":list": [1] } }),
    );

    expect(refusal?.name).toBe("ValidationException");
    expect(await actor.get("update-refused")).toEqual(before);
  });

  // "Supported data types and naming rules in Amazon DynamoDB", numbers
  test("keeps the largest whole number of JavaScript, and fractions, exactly", async () => {
    const numbers = [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0.1, 1e-7, 123.456789];
    await setup().put({ pk: "numbers", sk: "s", numbers });

    expect((await setup().get("numbers"))?.["numbers"]).toEqual(numbers);
  });

  // "PutItem"
  test("replaces the whole item with a put", async () => {
    await setup().put({ pk: "replaced", sk: "s", old: 1 });

    await setup().put({ pk: "replaced", sk: "s", fresh: 1 });

    expect(await setup().get("replaced")).toEqual({ pk: "replaced", sk: "s", fresh: 1 });
  });

  // "GetItem"
  test("reads only the attributes that are asked for, and nothing of an item that is not there", async () => {
    const { documents, table: TableName } = setup();
    await setup().put({ pk: "projected", sk: "s", a: 1, b: 2, m: { c: 3, d: 4 } });
    const get = (pk: string) =>
      documents.send(
        new GetCommand({ TableName, Key: { pk, sk: "s" }, ProjectionExpression: "a, m.d, absent" }),
      );

    expect((await get("projected")).Item).toEqual({ a: 1, m: { d: 4 } });
    expect((await get("projected-not")).Item).toBeUndefined();
  });

  // "DeleteItem"
  test("deletes what is not there without complaint, but not under a condition", async () => {
    const { documents, table: TableName } = setup();
    const input = { TableName, Key: { pk: "gone", sk: "s" } };
    const ConditionExpression = "attribute_exists(deletedAt)";

    await documents.send(new DeleteCommand(input));
    const refusal = await errorOf(
      documents.send(new DeleteCommand({ ...input, ConditionExpression })),
    );

    expect(refusal?.name).toBe("ConditionalCheckFailedException");
  });
}
