import { expect, test } from "vitest";
import type { TableActor } from "./dynamodb.setup.ts";
import { errorOf } from "./endpoint.ts";

const row = {
  sk: "s",
  status: "running",
  fence: 9,
  leaseUntil: 1_764_000_000_000,
  cancelled: null,
  letters: "abcd",
  steps: [1, 2, 3],
  pair: { a: 1, b: 2 },
  numbers: new Set([4, 5]),
};

interface Case {
  readonly condition: string;
  readonly values?: Record<string, unknown>;
}

/** The conditions that the protocol is made of, each on an item that is there. */
export function defineConditionContract(setup: () => TableActor): void {
  const holds = async ({ condition, values = {} }: Case): Promise<boolean> => {
    const actor = setup();
    const pk = `condition-${condition}`;
    await actor.put({ ...row, pk });
    const refusal = await errorOf(
      actor.update(pk, "SET seen = :seen", {
        ConditionExpression: condition,
        ...(condition.includes("#status") && {
          ExpressionAttributeNames: { "#status": "status" },
        }),
        ExpressionAttributeValues: { ":seen": true, ...values },
      }),
    );
    // Anything but a failed condition is no answer to the question.
    if (refusal && refusal.name !== "ConditionalCheckFailedException") throw refusal;
    expect((await actor.get(pk))?.["seen"]).toBe(refusal ? undefined : true);
    return !refusal;
  };

  // "Condition and filter expressions, operators, and functions in DynamoDB"
  test.for<Case>([
    { condition: "attribute_exists(pk) AND #status = :v", values: { ":v": "running" } },
    { condition: "#status IN (:v, :w)", values: { ":v": "pending", ":w": "running" } },
    { condition: "fence < :v", values: { ":v": 10 } },
    { condition: "fence <= :v", values: { ":v": 9 } },
    { condition: "fence >= :v", values: { ":v": 9 } },
    { condition: "leaseUntil < :v", values: { ":v": Number.MAX_SAFE_INTEGER } },
    { condition: "attribute_exists(cancelled)" },
    { condition: "attribute_not_exists(absent)" },
    { condition: "size(letters) >= :v", values: { ":v": 4 } },
    { condition: "size(steps) >= :v", values: { ":v": 3 } },
    { condition: "size(pair) >= :v", values: { ":v": 2 } },
    { condition: "attribute_exists(numbers) AND size(numbers) >= :v", values: { ":v": 2 } },
    { condition: "contains(numbers, :v)", values: { ":v": 5 } },
    { condition: "(attribute_not_exists(fence)) OR (fence = :v)", values: { ":v": 9 } },
    {
      condition: "(attribute_exists(pk)) AND ((fence = :v) OR ((#status = :w) AND (fence = :x)))",
      values: { ":v": 1, ":w": "running", ":x": 9 },
    },
  ])("holds: $condition", async (wanted) => {
    expect(await holds(wanted)).toBe(true);
  });

  // The same page: a comparison with what is not there, or is of another type, is false and no error.
  test.for<Case>([
    { condition: "absent = :v", values: { ":v": 1 } },
    { condition: "absent < :v", values: { ":v": 1 } },
    { condition: "absent <= :v", values: { ":v": 1 } },
    { condition: "absent >= :v", values: { ":v": 0 } },
    { condition: "absent IN (:v)", values: { ":v": 1 } },
    { condition: "attribute_exists(absent) AND size(absent) >= :v", values: { ":v": 0 } },
    { condition: "fence < :v", values: { ":v": "99" } },
    { condition: "#status >= :v", values: { ":v": 0 } },
    { condition: "fence = :v", values: { ":v": "9" } },
    { condition: "cancelled < :v", values: { ":v": 1 } },
    { condition: "attribute_not_exists(cancelled)" },
    { condition: "size(numbers) >= :v", values: { ":v": 3 } },
    { condition: "contains(numbers, :v)", values: { ":v": "5" } },
    {
      condition: "(fence = :v OR fence = :w) AND #status = :x",
      values: { ":v": 9, ":w": 8, ":x": "pending" },
    },
  ])("does not hold: $condition", async (wanted) => {
    expect(await holds(wanted)).toBe(false);
  });

  // "Expressions in DynamoDB": AND binds closer than OR.
  test("binds AND closer than OR", async () => {
    const values = { ":v": 9, ":w": "running", ":x": "pending" };

    expect(await holds({ condition: "fence = :v OR #status = :w AND #status = :x", values })).toBe(
      true,
    );
  });

  // "Working with items and attributes", conditional writes
  test("lets one of twenty parallel inserts of an item win", async () => {
    const actor = setup();

    const inserts = Array.from({ length: 20 }, (_, writer) =>
      errorOf(
        actor.put(
          { pk: "insert-race", sk: "s", writer },
          { ConditionExpression: "attribute_not_exists(pk)" },
        ),
      ),
    );
    const refusals = (await Promise.all(inserts)).filter((refusal) => refusal !== undefined);

    expect(refusals.map(({ name }) => name)).toEqual(
      Array(19).fill("ConditionalCheckFailedException"),
    );
  });

  test("lets one of twenty parallel claims of a fence win", async () => {
    const actor = setup();
    await actor.put({ pk: "claim-race", sk: "s", fence: 0 });

    const claims = Array.from({ length: 20 }, (_, worker) =>
      errorOf(
        actor.update("claim-race", "SET fence = :next, worker = :worker", {
          ConditionExpression: "fence = :seen",
          ExpressionAttributeValues: { ":seen": 0, ":next": 1, ":worker": worker },
        }),
      ),
    );
    const answers = await Promise.all(claims);

    const winner = answers.indexOf(undefined);
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    expect(await actor.get("claim-race")).toMatchObject({ fence: 1, worker: winner });
  });

  // "UpdateItem" and "DeleteItem", ConditionExpression
  test("makes no item where the condition asks for one", async () => {
    const actor = setup();

    const refusal = await errorOf(
      actor.update("never-there", "SET a = :one", {
        ConditionExpression: "attribute_exists(pk)",
        ExpressionAttributeValues: { ":one": 1 },
      }),
    );

    expect(refusal?.name).toBe("ConditionalCheckFailedException");
    expect(await actor.get("never-there")).toBeUndefined();
  });

  test("refuses a condition with a name that nothing uses, or a value that nothing gives", async () => {
    const actor = setup();
    await actor.put({ pk: "aliases", sk: "s" });

    const unused = await errorOf(
      actor.update("aliases", "SET a = :one", {
        ExpressionAttributeNames: { "#unused": "b" },
        ExpressionAttributeValues: { ":one": 1 },
      }),
    );
    const missing = await errorOf(
      actor.update("aliases", "SET a = :one", {
        ConditionExpression: "b = :none",
        ExpressionAttributeValues: { ":one": 1 },
      }),
    );

    expect([unused?.name, missing?.name]).toEqual(["ValidationException", "ValidationException"]);
  });
}
