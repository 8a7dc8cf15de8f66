import { expect, test } from "vitest";
import { failedMessageIds } from "../../../local/lambda/batch-response.ts";

const batch = ["a", "b"];

test.each([
  ["nothing", undefined, []],
  ["null", null, []],
  ["an object without failures", {}, []],
  ["no failures", { batchItemFailures: [] }, []],
  ["one of the batch", { batchItemFailures: [{ itemIdentifier: "b" }] }, ["b"]],
  ["an id that is not of the batch", { batchItemFailures: [{ itemIdentifier: "c" }] }, batch],
  ["an empty id", { batchItemFailures: [{ itemIdentifier: "" }] }, batch],
  ["a misspelt field", { batchItemFailures: [{ itemIdentifer: "a" }] }, batch],
  ["something that is no list", { batchItemFailures: "a" }, batch],
])("an answer with %s", (_name, result, failed) => {
  expect([...failedMessageIds(result, batch)]).toEqual(failed);
});
