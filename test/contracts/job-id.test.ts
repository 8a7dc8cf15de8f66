import { expect, test } from "vitest";
import { JobId, jobIdFrom, madeAt, newJobId } from "../../contracts/job-id.ts";

test("a job id sorts by the time it was made", () => {
  const earlier = jobIdFrom(1_700_000_000_000, new Uint8Array(10).fill(255));
  const later = jobIdFrom(1_700_000_000_001, new Uint8Array(10));

  expect(earlier < later).toBe(true);
});

test("every made id is a valid one, and no two are the same", () => {
  const ids = Array.from({ length: 1000 }, () => newJobId(Date.now()));

  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(JobId.safeParse(id).success).toBe(true);
});

test("the time at which an id was made can be read back", () => {
  for (const time of [0, 1_764_000_123_456, 2 ** 48 - 1]) {
    expect(madeAt(jobIdFrom(time, new Uint8Array(10).fill(7)))).toBe(time);
  }
});
