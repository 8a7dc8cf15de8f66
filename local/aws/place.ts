import type { Roles } from "./iam/roles.ts";
import type { SessionStore } from "./sts/session-store.ts";
import type { Credentials } from "./sigv4/signature.ts";

/** Where the local services pretend to be, and the keys that they accept. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  /** The machine's own key, which may everything. */
  readonly credentials: Credentials;
  readonly sessions: SessionStore;
  readonly roles: Roles;
}
