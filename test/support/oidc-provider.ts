import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listen, readBody } from "./http-server.ts";

export interface OidcProviderOptions {
  readonly clientId: string;
  /** Of the access tokens. */
  readonly audience: string;
  readonly redirectUris: readonly string[];
}

interface Grant {
  readonly subject: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly nonce: string;
}

class OAuthError extends Error {}

/** A small OpenID provider: authorization code with PKCE for one public client, refresh tokens that are good for one use, RS256. */
export async function startOidcProvider({ clientId, audience, redirectUris }: OidcProviderOptions) {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const kid = randomBytes(8).toString("hex");
  const codes = new Map<string, Grant>();
  const refreshTokens = new Map<string, string>();
  const seen: string[] = [];
  const provider = {
    issuer: "",
    /** Of access tokens. */
    tokenSeconds: 3600,
    audience,
    refreshTokens,
    /** Each request to the token, revocation and end-session endpoints, by what it asked for, and each refusal. */
    seen,
    token: (subject: string) => accessToken(subject),
    close: () => Promise.resolve(),
  };

  function jwt(claims: object): string {
    const now = Math.floor(Date.now() / 1000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const body = { iss: provider.issuer, iat: now, exp: now + provider.tokenSeconds, ...claims };
    const signed = `${part({ alg: "RS256", kid, typ: "JWT" })}.${part(body)}`;
    return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
  }

  const accessToken = (subject: string) =>
    jwt({ sub: subject, aud: provider.audience, jti: randomBytes(8).toString("hex") });

  function tokens(subject: string, nonce?: string) {
    const refreshToken = randomBytes(24).toString("base64url");
    refreshTokens.set(refreshToken, subject);
    return {
      access_token: accessToken(subject),
      token_type: "Bearer",
      expires_in: provider.tokenSeconds,
      refresh_token: refreshToken,
      id_token: jwt({ sub: subject, aud: clientId, ...(nonce !== undefined && { nonce }) }),
    };
  }

  function redeem(form: URLSearchParams) {
    if (form.get("client_id") !== clientId) throw new OAuthError("invalid_client");
    if (form.get("grant_type") === "refresh_token") {
      const subject = refreshTokens.get(form.get("refresh_token") ?? "");
      refreshTokens.delete(form.get("refresh_token") ?? "");
      if (subject === undefined) throw new OAuthError("invalid_grant");
      return tokens(subject);
    }
    const grant = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (grant?.challenge !== challenge || grant.redirectUri !== form.get("redirect_uri")) {
      throw new OAuthError("invalid_grant");
    }
    return tokens(grant.subject, grant.nonce);
  }

  async function authorize(request: IncomingMessage, response: ServerResponse, url: URL) {
    const { searchParams: asked } = url;
    const redirectUri = asked.get("redirect_uri") ?? "";
    const isSound =
      asked.get("client_id") === clientId &&
      redirectUris.includes(redirectUri) &&
      asked.get("response_type") === "code" &&
      asked.get("code_challenge_method") === "S256" &&
      asked.get("scope")?.split(" ").includes("openid");
    if (!isSound) {
      response.writeHead(400).end("This client may not do this.");
      return;
    }
    const form = new URLSearchParams(
      request.method === "POST" ? (await readBody(request)).toString() : "",
    );
    const subject = form.get("user") ?? /who=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
    if (subject === undefined) {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(
        `<!doctype html><title>Provider</title><form method="post"><label>User <input name="user"></label><button>Continue</button><button name="deny" value="1">Deny</button></form>`,
      );
      return;
    }
    const back = new URL(redirectUri);
    back.searchParams.set("state", asked.get("state") ?? "");
    if (form.has("deny")) back.searchParams.set("error", "access_denied");
    else {
      const code = randomBytes(24).toString("base64url");
      const challenge = asked.get("code_challenge") ?? "";
      codes.set(code, { subject, redirectUri, challenge, nonce: asked.get("nonce") ?? "" });
      back.searchParams.set("code", code);
      response.setHeader("set-cookie", `who=${subject}; HttpOnly; Path=/`);
    }
    response.writeHead(303, { location: back.href }).end();
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", provider.issuer);
    const json = (status: number, body: object) =>
      response
        .writeHead(status, {
          "content-type": "application/json",
          "access-control-allow-origin": "*",
        })
        .end(JSON.stringify(body));
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        json(200, {
          issuer: provider.issuer,
          jwks_uri: `${provider.issuer}/keys`,
          authorization_endpoint: `${provider.issuer}/authorize`,
          token_endpoint: `${provider.issuer}/token`,
          revocation_endpoint: `${provider.issuer}/revoke`,
          end_session_endpoint: `${provider.issuer}/leave`,
          id_token_signing_alg_values_supported: ["RS256"],
        });
        return;
      case "/keys":
        json(200, { keys: [{ ...publicKey.export({ format: "jwk" }), kid, use: "sig" }] });
        return;
      case "/authorize":
        return authorize(request, response, url);
      case "/token": {
        const form = new URLSearchParams((await readBody(request)).toString());
        seen.push(`token ${form.get("grant_type")}`);
        try {
          json(200, redeem(form));
        } catch (error) {
          if (!(error instanceof OAuthError)) throw error;
          seen.push(`refused ${error.message}`);
          json(400, { error: error.message });
        }
        return;
      }
      case "/revoke": {
        const form = new URLSearchParams((await readBody(request)).toString());
        seen.push("revoke");
        refreshTokens.delete(form.get("token") ?? "");
        json(200, {});
        return;
      }
      case "/leave": {
        const to = url.searchParams.get("post_logout_redirect_uri") ?? "";
        seen.push(`leave ${url.searchParams.has("id_token_hint") ? "with" : "without"} hint`);
        if (!redirectUris.includes(to)) {
          response.writeHead(400).end();
          return;
        }
        response.setHeader("set-cookie", "who=; Max-Age=0; Path=/");
        response.writeHead(303, { location: to }).end();
        return;
      }
      default:
        response.writeHead(url.pathname === "/favicon.ico" ? 204 : 404).end();
    }
  }

  const { origin, close } = await listen(
    createServer((request, response) => {
      answer(request, response).catch((error: unknown) => {
        console.error(error);
        response.writeHead(500).end();
      });
    }),
  );
  return Object.assign(provider, { issuer: origin, close });
}

export type OidcProvider = Awaited<ReturnType<typeof startOidcProvider>>;
