/** A key that somebody gave, or a token from elsewhere: sent as it is until the API refuses it. */
export interface Key {
  readonly kind: "key";
  readonly bearer: string;
}

/** What an issuer gave after a login. */
export interface Login {
  readonly kind: "login";
  /** The access token. */
  readonly bearer: string;
  /** Whose it is, in the issuer's words. */
  readonly subject: string;
  /** Epoch milliseconds by this browser's clock; absent where the issuer does not say. */
  readonly expiresAt?: number;
  readonly refreshToken?: string;
  /** What the issuer's way out recognizes the login by. */
  readonly idToken?: string;
}

export type Held = Key | Login;

/** Reads what `localStorage` keeps: a key as it is, or a login as JSON. */
export function readHeld(text: string | null): Held | undefined {
  if (text === null) return undefined;
  if (!text.startsWith("{")) return { kind: "key", bearer: text };
  try {
    return JSON.parse(text) as Login;
  } catch {
    return undefined;
  }
}
