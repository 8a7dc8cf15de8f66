import { expect, test } from "vitest";
import { expressionWriter } from "../../aws/dynamodb-expression.ts";

test("a count asks first whether there is a set: what the size of nothing is, AWS does not say", () => {
  const write = expressionWriter();

  const condition = write.condition({ is: "counts", field: "endedSegments", value: 3 });

  expect(condition).toBe("attribute_exists(#endedSegments) AND size(#endedSegments) >= :v0");
  expect(write.attributes()).toEqual({
    ExpressionAttributeNames: { "#endedSegments": "endedSegments" },
    ExpressionAttributeValues: { ":v0": 3 },
  });
});
