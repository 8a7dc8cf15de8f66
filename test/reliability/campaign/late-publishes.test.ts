import { expect, test } from "vitest";
import { latePublishes } from "./late-publishes.ts";
import type { ProxiedRequest } from "./proxied-request.ts";

const publish = (sender: string, job: string): ProxiedRequest => ({
  service: "dynamodb",
  action: "UpdateItem",
  method: "POST",
  path: "/",
  body: Buffer.from(`{"pk":"JOB#${job}","names":"manifestKey" "manifestKey"}`),
  sender,
  presigned: false,
});
const job = "01m8bmdcfzmpafvqm2484ne5pg";
const otherJob = "01m8bmdcfzmpafvqm2484ne5ph";

test("a publish that is tried again meets the same fate, another worker's or job's is drawn anew", () => {
  const draws = [0.1, 0.9, 0.1];
  const isLate = latePublishes(0.5, () => draws.shift()!);

  const seen = [
    isLate(publish("w1", job)),
    isLate(publish("w1", job)),
    isLate(publish("w2", job)),
    isLate(publish("w2", job)),
    isLate(publish("w1", otherJob)),
  ];

  expect(seen).toEqual([true, true, false, false, true]);
});

test("nothing but a publish is late", () => {
  const isLate = latePublishes(1, () => 0);

  expect(isLate({ ...publish("w1", job), action: "PutItem" })).toBe(false);
});
