import { readFileSync, writeFileSync } from "node:fs";
import {
  accessSecret,
  accessSecretSha256,
  bearerSecret,
  secretBytes,
} from "../contracts/access-key.ts";
import type { KeyStore } from "../contracts/ports/key-store.ts";

/** The secret of this machine's own key: the same over restarts, until somebody revokes it. */
export async function ownApiKey(
  keys: KeyStore,
  { path, now }: { readonly path: string; readonly now: () => number },
): Promise<string> {
  const secret = keptSecret(path) ?? newSecret(path);
  const secretSha256 = await accessSecretSha256(secret);
  await keys.insert({
    secretSha256,
    kind: "api",
    name: "this machine",
    owner: "team",
    createdAt: now(),
  });
  // It was there already, and revoked: the next one is another.
  const { revokedAt } = (await keys.find(secretSha256)) ?? {};
  if (revokedAt === undefined) return secret;
  newSecret(path);
  return ownApiKey(keys, { path, now });
}

function keptSecret(path: string): string | undefined {
  try {
    return bearerSecret(`Bearer ${readFileSync(path, "utf8").trim()}`);
  } catch {
    return undefined;
  }
}

function newSecret(path: string): string {
  const secret = accessSecret("api", crypto.getRandomValues(new Uint8Array(secretBytes)));
  writeFileSync(path, `${secret}\n`, { mode: 0o600 });
  return secret;
}
