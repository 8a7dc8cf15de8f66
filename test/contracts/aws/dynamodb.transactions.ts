import { randomUUID } from "node:crypto";
import { TransactGetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import type { TableActor } from "./dynamodb.setup.ts";
import { errorOf } from "./endpoint.ts";

/** Several items at once. */
export function defineTransactionContract(setup: () => TableActor): void {
  const write = (
    actor: TableActor,
    TransactItems: TransactWriteCommandInput["TransactItems"],
    ClientRequestToken?: string,
  ) => actor.documents.send(new TransactWriteCommand({ TransactItems, ClientRequestToken }));
  const keyed = (pk: string) => ({ pk, sk: "s" });

  test("applies puts, updates and deletes together when every condition holds", async () => {
    const actor = setup();
    const TableName = actor.table;
    for (const pk of ["t-updated", "t-checked", "t-deleted"]) await actor.put(keyed(pk));

    await write(actor, [
      { Put: { TableName, Item: keyed("t-put"), ConditionExpression: "attribute_not_exists(pk)" } },
      {
        Update: {
          TableName,
          Key: keyed("t-updated"),
          UpdateExpression: "ADD n :one",
          ExpressionAttributeValues: { ":one": 1 },
        },
      },
      {
        ConditionCheck: {
          TableName,
          Key: keyed("t-checked"),
          ConditionExpression: "attribute_exists(pk)",
        },
      },
      { Delete: { TableName, Key: keyed("t-deleted") } },
    ]);

    expect(await actor.get("t-put")).toEqual(keyed("t-put"));
    expect(await actor.get("t-updated")).toEqual({ ...keyed("t-updated"), n: 1 });
    expect(await actor.get("t-checked")).toEqual(keyed("t-checked"));
    expect(await actor.get("t-deleted")).toBeUndefined();
  });

  test("applies nothing when one condition fails, and gives a reason for each item", async () => {
    const actor = setup();
    const TableName = actor.table;
    await actor.put(keyed("t-taken"));

    const refusal = await errorOf(
      write(actor, [
        { Put: { TableName, Item: keyed("t-leak") } },
        {
          Put: {
            TableName,
            Item: keyed("t-taken"),
            ConditionExpression: "attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          },
        },
      ]),
    );

    expect(refusal?.name).toBe("TransactionCanceledException");
    const codes = refusal?.CancellationReasons?.map(({ Code }) => Code);
    expect(codes).toEqual(["None", "ConditionalCheckFailed"]);
    expect(refusal?.CancellationReasons?.[1]?.Item).toBeDefined();
    expect(await actor.get("t-leak")).toBeUndefined();
  });

  test("cancels on a failed condition check", async () => {
    const actor = setup();
    const TableName = actor.table;

    const refusal = await errorOf(
      write(actor, [
        { Put: { TableName, Item: keyed("t-unchecked") } },
        {
          ConditionCheck: {
            TableName,
            Key: keyed("t-absent"),
            ConditionExpression: "attribute_exists(pk)",
          },
        },
      ]),
    );

    expect(refusal?.name).toBe("TransactionCanceledException");
    expect(await actor.get("t-unchecked")).toBeUndefined();
  });

  test("applies a request once however often its token is sent, and refuses another with it", async () => {
    const actor = setup();
    const token = randomUUID();
    const add = (amount: number) =>
      write(
        actor,
        [
          {
            Update: {
              TableName: actor.table,
              Key: keyed("t-once"),
              UpdateExpression: "ADD n :amount",
              ExpressionAttributeValues: { ":amount": amount },
            },
          },
        ],
        token,
      );

    await add(1);
    await add(1);
    const refusal = await errorOf(add(2));

    expect(await actor.get("t-once")).toMatchObject({ n: 1 });
    expect(refusal?.name).toBe("IdempotentParameterMismatchException");
  });

  test("refuses two operations on one item", async () => {
    const actor = setup();
    const Put = { TableName: actor.table, Item: keyed("t-twice") };

    const refusal = await errorOf(write(actor, [{ Put }, { Put }]));

    expect(refusal?.name).toBe("ValidationException");
  });

  test("reads several items, missing ones too", async () => {
    const actor = setup();
    await actor.put(keyed("t-read"));

    const reads = ["t-read", "t-missing"].map((pk) => ({
      Get: { TableName: actor.table, Key: keyed(pk) },
    }));
    const { Responses } = await actor.documents.send(
      new TransactGetCommand({ TransactItems: reads }),
    );

    expect(Responses?.map(({ Item }) => Item)).toEqual([keyed("t-read"), undefined]);
  });
}
