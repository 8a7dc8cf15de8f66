import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { accessKeyId, accessSecret, secretBytes } from "../../contracts/access-key.ts";
import { authorize } from "../../functions/authorize/authorize.ts";
import { anAccessKey } from "../support/access-key.ts";
import { memoryKeyStore } from "../support/memory-key-store.ts";

const secret = accessSecret("api", randomBytes(secretBytes));
const secretSha256 = createHash("sha256").update(secret).digest("hex");
const key = anAccessKey({ secretSha256, name: "ana's laptop", owner: "ana" });

function authorizer() {
  const keys = memoryKeyStore();
  const lines: string[] = [];
  const lookedUp: string[] = [];
  const ask = authorize({
    keys: {
      find: (hash) => {
        lookedUp.push(hash);
        return keys.find(hash);
      },
    },
    log: { info: (message, details) => lines.push(JSON.stringify({ message, ...details })) },
  });
  return { keys, lines, lookedUp, ask: (header?: string) => ask({ identitySource: [header!] }) };
}

test("a key lets its owner in, whoever wrote the scheme how", async () => {
  const { keys, ask } = authorizer();
  await keys.insert(key);

  const context = { owner: "ana", kind: "api", key_id: accessKeyId(key), key_name: "ana's laptop" };
  expect(await ask(`Bearer ${secret}`)).toEqual({ isAuthorized: true, context });
  expect(await ask(`bearer ${secret}`)).toEqual({ isAuthorized: true, context });
});

test("a worker token says that it is one", async () => {
  const { keys, ask } = authorizer();
  const token = accessSecret("worker", randomBytes(secretBytes));
  const hash = createHash("sha256").update(token).digest("hex");
  await keys.insert(anAccessKey({ secretSha256: hash, kind: "worker" }));

  expect(await ask(`Bearer ${token}`)).toMatchObject({ context: { kind: "worker" } });
});

test("with no key in the table nobody gets in", async () => {
  expect(await authorizer().ask(`Bearer ${secret}`)).toEqual({ isAuthorized: false });
});

test("a revoked key lets nobody in", async () => {
  const { keys, ask } = authorizer();
  await keys.insert(key);
  await keys.revoke(secretSha256, 1);

  expect(await ask(`Bearer ${secret}`)).toEqual({ isAuthorized: false });
});

test.each([
  undefined,
  "",
  "Bearer",
  "Bearer ",
  secret,
  `Basic ${secret}`,
  `Bearer ${secret.slice(0, -1)}`,
  `Bearer ${secret}A`,
  `Bearer ${secret} ${secret}`,
  `Bearer ${secret.replace("fq_", "FQ_")}`,
  `Bearer fqx_${secret.slice(3)}`,
  `Bearer ${secretSha256}`,
  `Bearer fq_${"é".repeat(43)}`,
  `Bearer fq_${"A".repeat(1_000_000)}`,
])("%j is not even looked up", async (header) => {
  const { keys, lookedUp, ask } = authorizer();
  await keys.insert(key);

  expect(await ask(header)).toEqual({ isAuthorized: false });
  expect(lookedUp).toEqual([]);
});

test("the hash of a secret opens nothing: who can read the table cannot call the API", async () => {
  const { keys, ask } = authorizer();
  await keys.insert(key);

  expect(await ask(`Bearer fq_${secretSha256.slice(0, 43)}`)).toEqual({ isAuthorized: false });
});

test("a table that cannot be read lets nobody in", async () => {
  const ask = authorize({
    keys: { find: () => Promise.reject(new Error("DynamoDB is away")) },
    log: { info: () => undefined },
  });

  await expect(ask({ identitySource: [`Bearer ${secret}`] })).rejects.toThrow("DynamoDB");
});

test("the log says why and which key, and neither the secret nor its hash", async () => {
  const { keys, lines, ask } = authorizer();
  await ask(`Bearer ${secret}`);
  await ask(`Bearer ${secret}-`);
  await keys.insert(key);
  await keys.revoke(secretSha256, 1);
  await ask(`Bearer ${secret}`);

  expect(lines.map((line) => (JSON.parse(line) as { why: string }).why)).toEqual([
    "unknown",
    "malformed",
    "revoked",
  ]);
  expect(lines[2]).toContain(accessKeyId(key));
  expect(lines[2]).toContain("ana's laptop");
  expect(lines.join()).not.toContain(secret.slice(3, 20));
  expect(lines.join()).not.toContain(secretSha256);
});
