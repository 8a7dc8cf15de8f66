import { CreateTableCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import type { CreateTableCommandInput, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { PutCommandInput, UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import type { AwsEndpoint } from "./endpoint.ts";
import { dynamoDbClient, uniqueName } from "./endpoint.ts";

export type Row = Record<string, unknown>;

/** A table with the two kinds of index that the product uses: everything, and a few attributes. */
export const tableDefinition = {
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "S" },
    { AttributeName: "state", AttributeType: "S" },
    { AttributeName: "createdAt", AttributeType: "N" },
  ],
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "byState",
      KeySchema: [
        { AttributeName: "state", KeyType: "HASH" },
        { AttributeName: "createdAt", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "ALL" },
    },
    {
      IndexName: "slim",
      KeySchema: [{ AttributeName: "state", KeyType: "HASH" }],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["n"] },
    },
  ],
} satisfies Omit<CreateTableCommandInput, "TableName">;

/** A table of its own and the calls that most DynamoDB tests make on it. */
export class TableActor {
  readonly endpoint: AwsEndpoint;
  readonly client: DynamoDBClient;
  readonly documents: DynamoDBDocumentClient;
  readonly table = uniqueName("contract");

  constructor(endpoint: AwsEndpoint) {
    this.endpoint = endpoint;
    this.client = dynamoDbClient(endpoint);
    this.documents = DynamoDBDocumentClient.from(this.client);
  }

  async createTable(): Promise<void> {
    const { client, table: TableName } = this;
    await client.send(new CreateTableCommand({ TableName, ...tableDefinition }));
    const waiting = { client, maxWaitTime: 60, minDelay: 0.05, maxDelay: 1 };
    await waitUntilTableExists(waiting, { TableName });
  }

  async put(Item: Row, more: Partial<PutCommandInput> = {}): Promise<void> {
    await this.documents.send(new PutCommand({ TableName: this.table, Item, ...more }));
  }

  async update(pk: string, UpdateExpression: string, more: Partial<UpdateCommandInput> = {}) {
    const Key = { pk, sk: "s" };
    const input = { TableName: this.table, Key, UpdateExpression, ...more };
    return (await this.documents.send(new UpdateCommand(input))).Attributes;
  }

  async get(pk: string, sk = "s"): Promise<Row | undefined> {
    const input = { TableName: this.table, Key: { pk, sk }, ConsistentRead: true };
    return (await this.documents.send(new GetCommand(input))).Item;
  }

  async fill(items: readonly Row[]): Promise<void> {
    for (let from = 0; from < items.length; from += 25) {
      const puts = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
      await this.documents.send(new BatchWriteCommand({ RequestItems: { [this.table]: puts } }));
    }
  }
}
