import { accessKeyId, type AccessKey, type AccessKeyKind } from "../../contracts/access-key.ts";
import type { KeyStore } from "../../contracts/ports/key-store.ts";
import { CommandError } from "../faults.ts";

/** Revokes the one key of this kind with the name or id, for good; throws where there is none that is not revoked yet. */
export async function revokeAccessKey(
  store: KeyStore,
  { kind, nameOrId }: { readonly kind: AccessKeyKind; readonly nameOrId: string },
  now: number,
): Promise<AccessKey> {
  const keys = (await store.list()).filter((key) => key.kind === kind);
  const named = keys.filter((key) => key.name === nameOrId || accessKeyId(key) === nameOrId);
  const live = named.find(({ revokedAt }) => revokedAt === undefined);
  if (live) {
    await store.revoke(live.secretSha256, now);
    return live;
  }
  if (named.length > 0) throw new CommandError(`${nameOrId} is revoked already.`);
  throw new CommandError(`There is no key ${nameOrId}.`, { hint: "`ls` lists them all." });
}
