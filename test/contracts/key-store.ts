import { expect, test } from "vitest";
import type { KeyStore } from "../../contracts/ports/key-store.ts";
import { anAccessKey } from "../support/access-key.ts";

/** What every key store promises. `openStore` gives an empty one. */
export function keyStoreContract(openStore: () => Promise<KeyStore>): void {
  const other = anAccessKey({ secretSha256: "b".repeat(64), kind: "worker", name: "kaggle" });

  test("an empty store knows no key", async () => {
    const keys = await openStore();

    expect(await keys.find(other.secretSha256)).toBeUndefined();
    expect(await keys.list()).toEqual([]);
    expect(await keys.revoke(other.secretSha256, 1)).toBe(false);
    // Of a key that there is not, a revocation leaves nothing behind.
    expect(await keys.list()).toEqual([]);
  });

  test("a key is found by the hash of its secret and by nothing else, and listed with the others", async () => {
    const keys = await openStore();

    expect(await keys.insert(anAccessKey())).toBe(true);
    expect(await keys.insert(other)).toBe(true);

    expect(await keys.find(other.secretSha256)).toEqual(other);
    expect(await keys.find("A".repeat(64))).toBeUndefined();
    const listed = await keys.list();
    expect(listed.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([other, anAccessKey()]);
  });

  test("a secret that is there already keeps its key", async () => {
    const keys = await openStore();
    await keys.insert(anAccessKey());

    expect(await keys.insert(anAccessKey({ owner: "others" }))).toBe(false);
    expect(await keys.find(anAccessKey().secretSha256)).toEqual(anAccessKey());
  });

  test("a revoked key stays, with the time of its first revocation", async () => {
    const keys = await openStore();
    await keys.insert(anAccessKey());

    expect(await keys.revoke(anAccessKey().secretSha256, 5)).toBe(true);
    expect(await keys.revoke(anAccessKey().secretSha256, 9)).toBe(true);

    const revoked = anAccessKey({ revokedAt: 5 });
    expect(await keys.find(revoked.secretSha256)).toEqual(revoked);
    expect(await keys.list()).toEqual([revoked]);
    // The secret of a revoked key does not come back to life.
    expect(await keys.insert(anAccessKey())).toBe(false);
  });
}
