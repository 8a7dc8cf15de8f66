import type { AccessKey } from "../access-key.ts";

/** API keys and worker tokens. Nobody is let in by an empty one. */
export interface KeyStore {
  /** Answers whether it was stored; false where the same secret is there already. */
  insert(key: AccessKey): Promise<boolean>;
  find(secretSha256: string): Promise<AccessKey | undefined>;
  /** All, the revoked ones too. */
  list(): Promise<readonly AccessKey[]>;
  /** For good; answers whether there is such a key. A second time changes nothing. */
  revoke(secretSha256: string, at: number): Promise<boolean>;
}
