import { createServer } from "node:http";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { borrowedCredentials } from "../../aws/borrowed-credentials.ts";
import { dynamodbClient } from "../../aws/clients.ts";
import { listen } from "../support/http-server.ts";

const lifetimeMilliseconds = 400;
const stack = new AsyncDisposableStack();
afterEach(() => stack.disposeAsync());

/** Lends credentials that end soon, and is the AWS that refuses those that have ended. */
async function shortLender() {
  const lentAt = new Map<string, number>();
  const refusals: string[] = [];
  const server = createServer((request, response) => {
    if (request.method === "GET") {
      const AccessKeyId = `lent-${lentAt.size + 1}`;
      lentAt.set(AccessKeyId, performance.now());
      const Expiration = new Date(Date.now() + lifetimeMilliseconds).toISOString();
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({ AccessKeyId, SecretAccessKey: "secret", Token: "t", Expiration }),
      );
      return;
    }
    const key = /Credential=([^/]+)/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const hasEnded = performance.now() - (lentAt.get(key) ?? -1e9) > lifetimeMilliseconds;
    if (hasEnded) refusals.push(key);
    response.statusCode = hasEnded ? 400 : 200;
    response.setHeader("content-type", "application/x-amz-json-1.0");
    const type = "com.amazon.coral.service#ExpiredTokenException";
    response.end(JSON.stringify(hasEnded ? { __type: type } : {}));
  });
  const { origin, close } = await listen(server);
  stack.defer(close);
  return { origin, refusals, lent: () => lentAt.size };
}

test("credentials that end in mid-job are borrowed anew before the next call, which never meets ended ones", async () => {
  const { origin, refusals, lent } = await shortLender();
  const client = dynamodbClient({
    endpoint: origin,
    region: "eu-central-1",
    credentials: borrowedCredentials({
      url: `${origin}/credentials`,
      token: "token",
      refused: () => {},
      wait: async () => {},
    }),
  });
  stack.defer(() => client.destroy());
  const call = () =>
    client.send(new GetItemCommand({ TableName: "jobs", Key: { pk: { S: "a" } } }));

  for (let calls = 0; calls < 4; calls++) {
    await call();
    await sleep(lifetimeMilliseconds * 0.6);
  }

  expect(lent()).toBeGreaterThan(1);
  expect(refusals).toEqual([]);
});
