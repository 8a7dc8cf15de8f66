import { beforeAll, describe } from "vitest";
import { defineConditionContract } from "./dynamodb.conditions.ts";
import { defineItemContract } from "./dynamodb.items.ts";
import { defineListContract } from "./dynamodb.lists.ts";
import { defineQueryContract } from "./dynamodb.queries.ts";
import { defineSetContract } from "./dynamodb.sets.ts";
import { TableActor } from "./dynamodb.setup.ts";
import { defineTableContract } from "./dynamodb.tables.ts";
import { defineTransactionContract } from "./dynamodb.transactions.ts";
import { defineUpdateContract } from "./dynamodb.updates.ts";
import type { AwsEndpoint } from "./endpoint.ts";

/** What Framequeue relies on DynamoDB for. `connect` is asked once, before the first test. */
export function defineDynamoDbContract(connect: () => AwsEndpoint): void {
  let actor: TableActor | undefined;
  const setup = (): TableActor => {
    if (!actor) throw new Error("the setup is there once the tests run");
    return actor;
  };
  beforeAll(async () => {
    actor = new TableActor(connect());
    await actor.createTable();
  });

  describe("tables", () => {
    defineTableContract(setup);
  });
  describe("items", () => {
    defineItemContract(setup);
  });
  describe("conditions", () => {
    defineConditionContract(setup);
  });
  describe("updates", () => {
    defineUpdateContract(setup);
  });
  describe("sets", () => {
    defineSetContract(setup);
  });
  describe("lists and batches", () => {
    defineListContract(setup);
  });
  describe("queries", () => {
    defineQueryContract(setup);
  });
  describe("transactions", () => {
    defineTransactionContract(setup);
  });
}
