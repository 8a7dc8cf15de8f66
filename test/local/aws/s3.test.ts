import { afterAll, beforeAll, describe } from "vitest";
import type { LocalAws } from "../../../local/aws/local-aws.ts";
import { defineS3Contract } from "../../contracts/aws/s3.ts";
import { openForTest } from "./open-for-test.ts";

describe("the local S3", { timeout: 30_000 }, () => {
  let local: LocalAws;
  beforeAll(async () => {
    local = await openForTest();
  });
  afterAll(() => local.close());

  defineS3Contract(() => local);
});
