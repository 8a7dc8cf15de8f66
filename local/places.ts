import { resolve } from "node:path";
import type { SignInSettings } from "../contracts/login-settings.ts";

export interface Places {
  readonly pageUrl: string;
  /** This machine's own key; undefined where keys open nothing. */
  readonly apiKey: string | undefined;
  /** Whose tokens open the API where keys do not. */
  readonly tokens: { readonly issuer: string; readonly audience: readonly string[] } | undefined;
}

/** Where to open the page: with the key behind `#`, which the page takes, and leaves the address without it. */
export const signInUrl = ({ pageUrl, apiKey }: Places): string =>
  apiKey === undefined ? pageUrl : `${pageUrl}/#key=${apiKey}`;

/** What to do where keys open nothing; no line where they do. */
export function tokenLines({ pageUrl, tokens }: Places, signIn: SignInSettings): string[] {
  if (!tokens) return [];
  const onPage =
    signIn.kind === "login"
      ? `Sign in on the page. ${signIn.issuer} has to know the client ${signIn.client_id}, without a secret, and ${pageUrl}/ as where it sends people back to.`
      : "The page has a field for a token; with -c authClientId=CLIENT it leads to the issuer's login.";
  const audience = tokens.audience.join(" or ");
  return [
    `API keys open nothing here: tokens of ${tokens.issuer} do, with ${audience} in their aud or client_id.`,
    onPage,
    "Commands, curl and the video of this start send such a token from FRAMEQUEUE_API_KEY.",
  ];
}

/** How commands find a system that does not keep its state where they look by themselves; no line where it does. */
export const stateLines = (state: string, workingDirectory: string): string[] =>
  state === resolve(workingDirectory, ".framequeue")
    ? []
    : [`Commands find this system with the variable FRAMEQUEUE_STATE=${state}`];
