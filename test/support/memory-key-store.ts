import type { AccessKey } from "../../contracts/access-key.ts";
import type { KeyStore } from "../../contracts/ports/key-store.ts";

/** The key store's second implementation. */
export function memoryKeyStore(): KeyStore {
  const keys = new Map<string, AccessKey>();
  return {
    async insert(key) {
      if (keys.has(key.secretSha256)) return false;
      keys.set(key.secretSha256, key);
      return true;
    },
    find: async (secretSha256) => keys.get(secretSha256),
    list: async () => [...keys.values()],
    async revoke(secretSha256, at) {
      const key = keys.get(secretSha256);
      if (!key) return false;
      keys.set(secretSha256, { revokedAt: at, ...key });
      return true;
    },
  };
}
