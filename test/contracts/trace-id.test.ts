import { expect, test } from "vitest";
import { jobIdFrom } from "../../contracts/job-id.ts";
import { isTraceId, traceIdOf, traceIdOfHeader } from "../../contracts/trace-id.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";

test.each([
  [`00-${traceId}-b7ad6b7169203331-01`, traceId],
  ["not one at all", undefined],
  [`cc-${traceId}-b7ad6b7169203331-01-more`, traceId],
  [`00-${traceId}-b7ad6b7169203331-01-more`, undefined],
  [`ff-${traceId}-b7ad6b7169203331-01`, undefined],
  [`00-${traceId.toUpperCase()}-b7ad6b7169203331-01`, undefined],
  [`00-${"0".repeat(32)}-b7ad6b7169203331-01`, undefined],
  [`00-${traceId}-${"0".repeat(16)}-01`, undefined],
  [`00-${traceId}-b7ad6b7169203331-01\nAnother line`, undefined],
  ["", undefined],
  [undefined, undefined],
])("traceparent %j names %s", (header, expected) => {
  expect(traceIdOfHeader(header)).toBe(expected);
});

test("a job that was given none has its own id's bits, and no two jobs the same", () => {
  const random = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 255]);
  const jobId = jobIdFrom(0x0123456789ab, random);

  expect(traceIdOf({ jobId })).toBe("0123456789ab010203040506070809ff");
  expect(isTraceId(traceIdOf({ jobId }))).toBe(true);
  expect(traceIdOf({ jobId, traceId })).toBe(traceId);
});
