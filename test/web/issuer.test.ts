import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openIssuer } from "../../web/access/issuer.ts";
import { startOidcProvider, type OidcProvider } from "../support/oidc-provider.ts";

const redirectUri = "http://127.0.0.1:8787/";
const startedAt = Date.parse("2026-11-26T06:00:00Z");

describe("a login at an issuer", () => {
  let provider: OidcProvider;
  beforeAll(async () => {
    const clientId = "page";
    provider = await startOidcProvider({ clientId, audience: "api", redirectUris: [redirectUri] });
  });
  beforeEach(() => void (provider.seen.length = 0));
  afterAll(() => provider.close());

  const open = (change: { client_id?: string; logout_url?: string } = {}) =>
    openIssuer(
      {
        kind: "login",
        issuer: provider.issuer,
        client_id: "page",
        scope: "openid email",
        ...change,
      },
      { redirectUri, now: () => startedAt },
    );

  /** What the issuer puts into the page's address once somebody has filled in its form. */
  async function answerOf(url: string, form: Record<string, string>): Promise<URLSearchParams> {
    const body = new URLSearchParams(form);
    const answer = await fetch(url, { method: "POST", body, redirect: "manual" });
    const location = answer.headers.get("location");
    if (location === null) throw new Error(`${answer.status}: ${await answer.text()}`);
    return new URL(location).searchParams;
  }

  async function signedIn() {
    const issuer = await open();
    const { url, departure } = await issuer.depart();
    const login = await issuer.arrive(await answerOf(url, { user: "ada" }), departure);
    return { issuer, login };
  }

  test("gives whose it is, what to send, until when, and what renews it", async () => {
    const { login } = await signedIn();

    expect(login).toMatchObject({
      kind: "login",
      subject: "ada",
      expiresAt: startedAt + 3600 * 1000,
      bearer: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refreshToken: expect.any(String),
      idToken: expect.any(String),
    });
  });

  test("is nobody's who has the answer but not what the page remembered", async () => {
    const issuer = await open();
    const [mine, other] = [await issuer.depart(), await issuer.depart()];
    const answer = await answerOf(mine.url, { user: "ada" });

    // RFC 9700, 4.7: an answer that this page did not ask for.
    await expect(issuer.arrive(answer, other.departure)).rejects.toThrow("state");
    const { verifier } = other.departure;
    await expect(issuer.arrive(answer, { ...mine.departure, verifier })).rejects.toMatchObject({
      name: "LoginRefused",
      code: "invalid_grant",
    });
  });

  test("with an ID token of another login is refused", async () => {
    const issuer = await open();
    const { url, departure } = await issuer.depart();
    const answer = await answerOf(url, { user: "ada" });

    await expect(issuer.arrive(answer, { ...departure, nonce: "other" })).rejects.toThrow("nonce");
  });

  test("that somebody breaks off says so by the issuer's code", async () => {
    const issuer = await open();
    const { url, departure } = await issuer.depart();
    const answer = await answerOf(url, { user: "ada", deny: "1" });

    await expect(issuer.arrive(answer, departure)).rejects.toMatchObject({ code: "access_denied" });
  });

  test("is renewed once by each refresh token, and stays the same person's", async () => {
    const { issuer, login } = await signedIn();
    const first = { ...login, refreshToken: login.refreshToken! };

    const second = await issuer.renew(first);

    expect(second).toMatchObject({ subject: "ada", expiresAt: login.expiresAt });
    expect(second.bearer).not.toBe(first.bearer);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    await expect(issuer.renew(first)).rejects.toMatchObject({ code: "invalid_grant" });
  });

  test("ends at the issuer, by the standard's way out or Cognito's", async () => {
    const { issuer, login } = await signedIn();
    await issuer.revoke(login);
    const cognito = await open({ logout_url: "https://videos.auth.example/logout" });

    expect(provider.refreshTokens.has(login.refreshToken!)).toBe(false);
    const standard = new URL(issuer.wayOut(login)!);
    expect(standard.origin).toBe(provider.issuer);
    expect(Object.fromEntries(standard.searchParams)).toEqual({
      client_id: "page",
      post_logout_redirect_uri: redirectUri,
      id_token_hint: login.idToken,
    });
    expect(cognito.wayOut(login)).toBe(
      `https://videos.auth.example/logout?client_id=page&logout_uri=${encodeURIComponent(redirectUri)}`,
    );
  });
});
