import { expect, test } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { afterAttempt } from "../../../functions/deliver-webhooks/after-attempt.ts";

const now = 1_000_000;

test.each([200, 201, 204, 299])("%i is delivered", (status) => {
  const verdict = afterAttempt({ attempts: 2 }, { status }, { now });

  expect(verdict).toEqual({
    change: { status: "delivered", attempts: 3, lastAttemptAt: now, lastStatus: status },
  });
});

test.each([100, 301, 302, 307, 400, 404, 429, 500, 503])("%i is tried again", (status) => {
  const verdict = afterAttempt({ attempts: 0 }, { status }, { now });

  expect(verdict).toMatchObject({
    change: { status: "pending", lastStatus: status, nextAttemptAt: now + 5000 },
    retryInSeconds: 5,
  });
});

test("410 ends the webhook", () => {
  expect(afterAttempt({ attempts: 0 }, { status: 410 }, { now })).toMatchObject({
    change: { status: "failed", lastStatus: 410 },
    gone: true,
  });
});

test("waits grow over about a day, and none is longer than SQS can hide a message", () => {
  const verdicts = Array.from({ length: limits.webhookRetrySeconds.length + 1 }, (_, attempts) =>
    afterAttempt({ attempts }, { error: "ECONNREFUSED" }, { now }),
  );

  const waits = verdicts.flatMap(({ retryInSeconds }) => retryInSeconds ?? []);
  const hours = waits.reduce((sum, seconds) => sum + seconds) / 3600;
  expect(waits).toHaveLength(verdicts.length - 1);
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect(hours).toBeGreaterThan(22);
  expect(hours).toBeLessThan(26);
  expect(Math.max(...waits)).toBeLessThanOrEqual(12 * 3600);
  expect(verdicts.at(-1)!.change).toMatchObject({ status: "failed", lastError: "ECONNREFUSED" });
  // Each try is one receive; a crash costs another.
  expect(limits.webhookReceivesMax).toBeGreaterThan(2 * verdicts.length);
});
