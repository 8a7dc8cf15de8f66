import { afterAll, beforeAll, describe } from "vitest";
import type { LocalAws } from "../../../local/aws/local-aws.ts";
import { defineSqsContract } from "../../contracts/aws/sqs.ts";
import { openForTest } from "./open-for-test.ts";

describe("the local SQS", { timeout: 30_000 }, () => {
  let local: LocalAws;
  beforeAll(async () => {
    local = await openForTest();
  });
  afterAll(() => local.close());

  defineSqsContract(() => local);
});
