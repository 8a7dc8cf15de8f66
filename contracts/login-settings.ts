/** Where the page reads how people sign in: beside its own files, written with the deployment. */
export const signInFile = "sign-in.json";

/** How people sign in on the page. It holds nothing secret: whoever opens the page may read it. */
export type SignInSettings =
  | { readonly kind: "api_key" }
  /** Tokens of this issuer open the API, and the page knows no way to get one. */
  | { readonly kind: "token"; readonly issuer: string }
  | LoginSettings;

/** The issuer's own pages ask who somebody is: authorization code with PKCE, by a client without a secret. */
export interface LoginSettings {
  readonly kind: "login";
  /** As its tokens name it in `iss`; `/.well-known/openid-configuration` lies under it. */
  readonly issuer: string;
  readonly client_id: string;
  /** With spaces between, `openid` among them. */
  readonly scope: string;
  /** Cognito's own way out, in the place of the standard's: takes `client_id` and `logout_uri`. */
  readonly logout_url?: string;
}
