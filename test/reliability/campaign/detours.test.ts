import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openDetours } from "./detours.ts";
import type { ProxiedRequest } from "./proxied-request.ts";

const job = "01m8aa4jevbcwprwwtap5mtdrj";
const write = (jobId: string): ProxiedRequest => ({
  service: "dynamodb",
  action: "UpdateItem",
  method: "POST",
  path: "/",
  body: Buffer.from(JSON.stringify({ Key: { pk: { S: `JOB#${jobId}` } } })),
  sender: "w1",
  presigned: false,
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a held request arrives soon after another claim of its job, and not of another", async () => {
  const detours = openDetours(3);
  let arrived = false;
  void detours.hold(write(job)).then(() => (arrived = true));

  detours.claimed(write(job.replace("01", "02")));
  await vi.advanceTimersByTimeAsync(1000);
  expect(arrived).toBe(false);

  detours.claimed(write(job));
  await vi.advanceTimersByTimeAsync(1000);
  expect(arrived).toBe(true);
});

test("without a claim it arrives after eight leases", async () => {
  let arrived = false;
  void openDetours(3)
    .hold(write(job))
    .then(() => (arrived = true));

  await vi.advanceTimersByTimeAsync(23_900);
  expect(arrived).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  expect(arrived).toBe(true);
});
