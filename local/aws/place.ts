import type { Credentials } from "./sigv4/signature.ts";

/** Where the local services pretend to be, and the key that they accept. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  readonly credentials: Credentials;
}
