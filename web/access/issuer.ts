import * as oauth from "oauth4webapi";
import type { LoginSettings } from "../../contracts/login-settings.ts";
import type { Login } from "./held.ts";

/** An issuer that does not answer in this time is as good as none: somebody is waiting. */
const answerMsMax = 10_000;

/** What must be remembered on the way to the issuer's pages and back: nobody else's answer fits it. */
export interface Departure {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Thrown where the issuer says, in its answer, that it does not go on; a new login may. */
export class LoginRefused extends Error {
  override readonly name = "LoginRefused";
  /** Of RFC 6749, as `access_denied` or `invalid_grant`. */
  readonly code: string;
  constructor(code: string, cause: unknown) {
    super(`The issuer refused: ${code}`, { cause });
    this.code = code;
  }
}

/**
 * A public client of an OpenID Connect issuer: the authorization code flow with PKCE (RFC 7636), as RFC 9700 asks
 * for of pages. `now` is in epoch milliseconds. Rejects with LoginRefused, or with what the network or the issuer's answers lacked.
 */
export async function openIssuer(
  settings: LoginSettings,
  { redirectUri, now }: { readonly redirectUri: string; readonly now: () => number },
) {
  const issuer = new URL(settings.issuer);
  const options = () => ({
    signal: AbortSignal.timeout(answerMsMax),
    // The deployment's settings let plain HTTP through on loopback only.
    [oauth.allowInsecureRequests]: issuer.protocol === "http:",
  });
  const found = await oauth.discoveryRequest(issuer, options());
  const server = await oauth.processDiscoveryResponse(issuer, found);
  const client: oauth.Client = { client_id: settings.client_id };

  const loginFrom = (answer: oauth.TokenEndpointResponse, before?: Login): Login => {
    const { access_token, expires_in, refresh_token, id_token } = answer;
    const refreshToken = refresh_token ?? before?.refreshToken;
    const idToken = id_token ?? before?.idToken;
    return {
      kind: "login",
      bearer: access_token,
      subject: oauth.getValidatedIdTokenClaims(answer)?.sub ?? before?.subject ?? "",
      ...(expires_in !== undefined && { expiresAt: now() + expires_in * 1000 }),
      ...(refreshToken !== undefined && { refreshToken }),
      ...(idToken !== undefined && { idToken }),
    };
  };

  return {
    /** Where to send a person, and what to remember until they are back. */
    async depart(): Promise<{ url: string; departure: Departure }> {
      const verifier = oauth.generateRandomCodeVerifier();
      const departure = {
        state: oauth.generateRandomState(),
        nonce: oauth.generateRandomNonce(),
        verifier,
      };
      const url = new URL(server.authorization_endpoint!);
      const asked = {
        client_id: settings.client_id,
        redirect_uri: redirectUri,
        response_type: "code",
        scope: settings.scope,
        state: departure.state,
        nonce: departure.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      };
      for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
      return { url: url.href, departure };
    },

    /** Exchanges what the issuer sent back in the page's address for tokens. */
    arrive: (address: URLSearchParams, { state, nonce, verifier }: Departure): Promise<Login> =>
      withRefusals(async () => {
        const code = oauth.validateAuthResponse(server, client, address, state);
        const answer = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          oauth.None(),
          code,
          redirectUri,
          verifier,
          options(),
        );
        const expected = { expectedNonce: nonce, requireIdToken: true };
        return loginFrom(
          await oauth.processAuthorizationCodeResponse(server, client, answer, expected),
        );
      }),

    /** A login with a new access token; the refresh token may be another, too. */
    renew: (login: Login & { readonly refreshToken: string }): Promise<Login> =>
      withRefusals(async () => {
        const { refreshToken } = login;
        const answer = await oauth.refreshTokenGrantRequest(
          server,
          client,
          oauth.None(),
          refreshToken,
          options(),
        );
        return loginFrom(await oauth.processRefreshTokenResponse(server, client, answer), login);
      }),

    /** Tells the issuer that the refresh token is not needed any more, where it wants to hear that. */
    async revoke({ refreshToken }: Login): Promise<void> {
      if (refreshToken === undefined || server.revocation_endpoint === undefined) return;
      const none = oauth.None();
      await oauth.processRevocationResponse(
        await oauth.revocationRequest(server, client, none, refreshToken, options()),
      );
    },

    /** Where the issuer's own session ends and people are sent back from; undefined where it has no such place. */
    wayOut({ idToken }: Login): string | undefined {
      const own = settings.logout_url;
      const address = own ?? server.end_session_endpoint;
      if (address === undefined) return undefined;
      const url = new URL(address);
      url.searchParams.set("client_id", settings.client_id);
      url.searchParams.set(own ? "logout_uri" : "post_logout_redirect_uri", redirectUri);
      if (!own && idToken !== undefined) url.searchParams.set("id_token_hint", idToken);
      return url.href;
    },
  };
}

async function withRefusals<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (
      error instanceof oauth.AuthorizationResponseError ||
      error instanceof oauth.ResponseBodyError
    ) {
      throw new LoginRefused(error.error, error);
    }
    throw error;
  }
}
