import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { accessSecretSha256 } from "../../contracts/access-key.ts";
import { ownApiKey } from "../../local/api-key.ts";
import { memoryKeyStore } from "../support/memory-key-store.ts";
import { temporaryDirectory } from "./support/fixture-app.ts";

const directory = temporaryDirectory();
afterAll(() => directory[Symbol.dispose]());
const now = () => 7;

test("a machine's key is made once, found in its table and kept for its owner alone", async () => {
  const keys = memoryKeyStore();
  const path = join(directory.path, "once");

  const secret = await ownApiKey(keys, { path, now });
  const again = await ownApiKey(keys, { path, now: () => 8 });

  expect(again).toBe(secret);
  expect(await keys.list()).toEqual([
    {
      secretSha256: await accessSecretSha256(secret),
      kind: "api",
      name: "this machine",
      owner: "team",
      createdAt: 7,
    },
  ]);
  expect(readFileSync(path, "utf8").trim()).toBe(secret);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("it comes into a new table as it is", async () => {
  const path = join(directory.path, "moved");
  const secret = await ownApiKey(memoryKeyStore(), { path, now });
  const empty = memoryKeyStore();

  expect(await ownApiKey(empty, { path, now })).toBe(secret);
  expect(await empty.find(await accessSecretSha256(secret))).toBeDefined();
});

test("one that was revoked stays so, and another takes its place", async () => {
  const keys = memoryKeyStore();
  const path = join(directory.path, "revoked");
  const first = await ownApiKey(keys, { path, now });
  await keys.revoke(await accessSecretSha256(first), 9);

  const second = await ownApiKey(keys, { path, now });

  expect(second).not.toBe(first);
  expect(await ownApiKey(keys, { path, now })).toBe(second);
  expect(await keys.find(await accessSecretSha256(first))).toMatchObject({ revokedAt: 9 });
});

test("a file that holds no key is written anew", async () => {
  const path = join(directory.path, "torn");
  writeFileSync(path, "fq_half");

  expect(await ownApiKey(memoryKeyStore(), { path, now })).toMatch(/^fq_.{43}$/);
});
