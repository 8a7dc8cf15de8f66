import { expect, test } from "vitest";
import { seeded } from "../../support/onnx/seeded.ts";
import { faultDraw, usualRates } from "./faults.ts";
import type { ProxiedRequest } from "./proxied-request.ts";

const aRequest = (differences: Partial<ProxiedRequest> = {}): ProxiedRequest => ({
  service: "dynamodb",
  action: "UpdateItem",
  method: "POST",
  path: "/",
  body: Buffer.from("{}"),
  sender: "w1",
  presigned: false,
  ...differences,
});
const drawn = (request: ProxiedRequest, seed = 1) => {
  const draw = faultDraw(usualRates, seeded(seed));
  return Array.from({ length: 20_000 }, () => draw(request)?.is);
};

test("faults come at their rates", () => {
  const faults = drawn(aRequest());

  const rate = faults.filter((name) => name === "lost_answer").length / faults.length;
  expect(Math.abs(rate - usualRates.lost_answer)).toBeLessThan(0.004);
});

test("the same seed draws the same faults", () => {
  expect(drawn(aRequest(), 7)).toEqual(drawn(aRequest(), 7));
  expect(drawn(aRequest(), 7)).not.toEqual(drawn(aRequest(), 8));
});

test("only what is sent is doubled or lost, and only what is received is delivered again", () => {
  const kinds = (request: ProxiedRequest) => new Set(drawn(request));

  const sent = kinds(aRequest({ service: "sqs", action: "SendMessage" }));
  expect(sent).toContain("double");
  expect(sent).toContain("lose");
  expect(sent).not.toContain("deliver_again");
  expect(kinds(aRequest({ service: "sqs", action: "ReceiveMessage" }))).toContain("deliver_again");
  const written = kinds(aRequest());
  for (const name of ["double", "lose", "deliver_again"]) expect(written).not.toContain(name);
});
