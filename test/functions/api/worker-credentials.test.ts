import { expect, test } from "vitest";
import { callApi } from "../../support/call-api.ts";
import { memorySystem } from "../../support/memory-system.ts";

const authorizer = { lambda: { owner: "team", kind: "worker", key_id: "0123456789ab" } };

test("a worker's credentials are named after its token, and told to end when an SDK asks anew in a minute", async () => {
  const system = memorySystem();
  const { status, body, headers } = await callApi(system)("workerCredentials", { authorizer });

  expect(status).toBe(200);
  expect(headers["cache-control"]).toBe("no-store");
  expect(Object.keys(body)).toEqual(["AccessKeyId", "SecretAccessKey", "Token", "Expiration"]);
  expect(body.AccessKeyId).toBe("ASIA-worker-0123456789ab");
  // SDKs ask five minutes before.
  expect(Date.parse(body.Expiration) - system.now() - 300_000).toBe(60_000);
});

test("where the revoked are to be gone sooner, a worker asks more often", async () => {
  const system = { ...memorySystem(), revokedWithinSeconds: 5 };
  const { body } = await callApi(system)("workerCredentials", { authorizer });

  expect(Date.parse(body.Expiration) - system.now() - 300_000).toBe(5000);
});

test("they are never told to last longer than they do", async () => {
  const system = memorySystem();
  const { credentials, now } = system;
  const issue = async (session: string) => ({
    ...(await credentials.issue(session)),
    expiresAt: now() + 1000,
  });
  const call = callApi({ ...system, credentials: { issue } });

  const { body } = await call("workerCredentials", { authorizer });

  expect(Date.parse(body.Expiration)).toBe(now() + 1000);
});

test("a worker is told where everything is", async () => {
  const system = memorySystem();
  const { body } = await callApi(system)("workerConfiguration", { authorizer });

  expect(body).toEqual(system.configuration);
});

test.each(["workerCredentials", "workerConfiguration"] as const)(
  "%s is refused to an API key",
  async (name) => {
    const { status } = await callApi(memorySystem())(name);

    expect(status).toBe(403);
  },
);
