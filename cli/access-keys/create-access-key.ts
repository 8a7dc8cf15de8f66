import {
  accessSecret,
  accessSecretSha256,
  secretBytes,
  type AccessKey,
  type AccessKeyKind,
} from "../../contracts/access-key.ts";
import { limits } from "../../contracts/limits.ts";
import type { KeyStore } from "../../contracts/ports/key-store.ts";
import { CommandError, UsageError } from "../faults.ts";

export interface NewAccessKey {
  readonly kind: AccessKeyKind;
  readonly name: string;
  readonly owner: string;
}

export interface CreateDependencies {
  readonly now: () => number;
  /** Fills with bytes of chance that nobody can guess. */
  readonly random?: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array;
}

/** Makes a key; its secret is told here and never again. Throws where a key that is not revoked has the name. */
export async function createAccessKey(
  store: KeyStore,
  { kind, name, owner }: NewAccessKey,
  { now, random = (bytes) => crypto.getRandomValues(bytes) }: CreateDependencies,
): Promise<{ readonly secret: string; readonly key: AccessKey }> {
  checkName("NAME", name);
  checkOwner(owner);
  const namesake = (await store.list()).find(
    (key) => key.kind === kind && key.name === name && key.revokedAt === undefined,
  );
  if (namesake) {
    throw new CommandError(`There is a key named ${name} already.`, {
      hint: "Take another name, or revoke that one first.",
    });
  }
  const secret = accessSecret(kind, random(new Uint8Array(secretBytes)));
  const key = {
    kind,
    name,
    owner,
    secretSha256: await accessSecretSha256(secret),
    createdAt: now(),
  };
  if (await store.insert(key)) return { secret, key };
  throw new Error("Two secrets are the same, which chance does not bring about.");
}

function checkName(what: string, name: string): void {
  if (name.trim() === name && name !== "" && name.length <= limits.accessKeyNameLengthMax) return;
  throw new UsageError(
    `${what} takes 1 to ${limits.accessKeyNameLengthMax} characters, without spaces around them.`,
  );
}

/** As a folder's name: whose file it is that comes into `inbox/{owner}/` is read from its key. */
function checkOwner(owner: string): void {
  checkName("--owner", owner);
  if (/^[\w.@+-]+$/.test(owner)) return;
  throw new UsageError("--owner takes letters, digits and . _ - @ +");
}
