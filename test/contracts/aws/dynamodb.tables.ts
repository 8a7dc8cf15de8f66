import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTablesCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { expect, test, vi } from "vitest";
import { TableActor, tableDefinition } from "./dynamodb.setup.ts";
import { dynamoDbClient, errorOf, uniqueName } from "./endpoint.ts";

/** Tables, their indexes and their time to live. */
export function defineTableContract(setup: () => TableActor): void {
  const describeTable = async ({ client, table: TableName }: TableActor) =>
    (await client.send(new DescribeTableCommand({ TableName }))).Table;

  test("describes an on-demand table with active indexes", async () => {
    const table = await describeTable(setup());

    expect(table?.TableStatus).toBe("ACTIVE");
    expect(table?.BillingModeSummary?.BillingMode).toBe("PAY_PER_REQUEST");
    expect(
      table?.GlobalSecondaryIndexes?.map(({ IndexName, IndexStatus }) => [IndexName, IndexStatus]),
    ).toEqual(
      expect.arrayContaining([
        ["byState", "ACTIVE"],
        ["slim", "ACTIVE"],
      ]),
    );
  });

  test("refuses to make a table twice", async () => {
    const { client, table: TableName } = setup();

    const again = new CreateTableCommand({ TableName, ...tableDefinition });

    expect((await errorOf(client.send(again)))?.name).toBe("ResourceInUseException");
  });

  test("accepts the settings that deployments add to a table", async () => {
    const { client } = setup();
    const create = new CreateTableCommand({
      TableName: uniqueName("settings"),
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      SSESpecification: { Enabled: true },
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
      Tags: [{ Key: "a", Value: "b" }],
    });

    expect((await client.send(create)).TableDescription?.TableArn).toContain("arn:aws:dynamodb");
  });

  test("forgets a deleted table and its items", async () => {
    const actor = new TableActor(setup().endpoint);
    await actor.createTable();
    await actor.put({ pk: "a", sk: "s" });

    await actor.client.send(new DeleteTableCommand({ TableName: actor.table }));
    await vi.waitFor(
      async () => {
        const { TableNames } = await actor.client.send(new ListTablesCommand({}));
        expect(TableNames).not.toContain(actor.table);
      },
      { timeout: 60_000 },
    );
    const refusal = await errorOf(actor.get("a"));
    await actor.createTable();

    expect(refusal?.name).toBe("ResourceNotFoundException");
    expect(await actor.get("a")).toBeUndefined();
  });

  test("fills an index that is added to a table with items, and drops one again", async () => {
    const actor = new TableActor(setup().endpoint);
    await actor.createTable();
    await actor.fill([1, 2, 3, 3].map((n, index) => ({ pk: "p", sk: String(index), n })));
    const { client, documents, table: TableName } = actor;

    const Create = {
      IndexName: "byN",
      KeySchema: [{ AttributeName: "n", KeyType: "HASH" as const }],
      Projection: { ProjectionType: "KEYS_ONLY" as const },
    };
    const AttributeDefinitions = [{ AttributeName: "n", AttributeType: "N" as const }];
    await client.send(
      new UpdateTableCommand({
        TableName,
        AttributeDefinitions,
        GlobalSecondaryIndexUpdates: [{ Create }],
      }),
    );
    await vi.waitFor(
      async () => {
        const indexes = (await describeTable(actor))?.GlobalSecondaryIndexes ?? [];
        expect(indexes.map(({ IndexStatus }) => IndexStatus)).toEqual(Array(3).fill("ACTIVE"));
      },
      { timeout: 60_000 },
    );
    const query = new QueryCommand({
      TableName,
      IndexName: "byN",
      KeyConditionExpression: "n = :n",
      ExpressionAttributeValues: { ":n": 3 },
    });
    const found = await documents.send(query);
    const Delete = { IndexName: "byN" };
    await client.send(
      new UpdateTableCommand({ TableName, GlobalSecondaryIndexUpdates: [{ Delete }] }),
    );

    expect(found.Items).toHaveLength(2);
    expect(found.Items?.[0]).toEqual({ pk: "p", sk: expect.any(String), n: 3 });
  });

  test("remembers which attribute holds the time to live", async () => {
    const { client, table: TableName } = setup();
    const TimeToLiveSpecification = { AttributeName: "expiresAt", Enabled: true };

    await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    const { TimeToLiveDescription } = await client.send(
      new DescribeTimeToLiveCommand({ TableName }),
    );

    expect(TimeToLiveDescription?.TimeToLiveStatus).toMatch(/^ENABL(ED|ING)$/);
    expect(TimeToLiveDescription?.AttributeName).toBe("expiresAt");
  });

  test("refuses a signature made with another secret", async () => {
    const stranger = dynamoDbClient(setup().endpoint, "wrong");

    const refusal = await errorOf(stranger.send(new ListTablesCommand({})));

    expect(refusal?.name).toBe("InvalidSignatureException");
  });
}
