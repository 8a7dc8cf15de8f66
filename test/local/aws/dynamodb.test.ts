import { afterAll, beforeAll, describe } from "vitest";
import type { LocalAws } from "../../../local/aws/local-aws.ts";
import { defineDynamoDbContract } from "../../contracts/aws/dynamodb.ts";
import { openForTest } from "./open-for-test.ts";

describe("the local DynamoDB", { timeout: 30_000 }, () => {
  let local: LocalAws;
  beforeAll(async () => {
    local = await openForTest();
  });
  afterAll(() => local.close());

  defineDynamoDbContract(() => local);
});
