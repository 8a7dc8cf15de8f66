import { expect, test } from "vitest";
import { signInUrl, stateLines, tokenLines, type Places } from "../../local/places.ts";

const pageUrl = "http://127.0.0.1:8787";
const withKey: Places = { pageUrl, apiKey: "fq_a", tokens: undefined };
const issuer = "https://id.example/";
const withTokens: Places = {
  pageUrl,
  apiKey: undefined,
  tokens: { issuer, audience: ["framequeue"] },
};

test("where keys let in, the page's address carries this machine's, and nothing else need be said", () => {
  expect(signInUrl(withKey)).toBe("http://127.0.0.1:8787/#key=fq_a");
  expect(tokenLines(withKey, { kind: "api_key" })).toEqual([]);
});

test("where tokens let in, no key is shown, and it is said whose tokens and how to send one", () => {
  const words = tokenLines(withTokens, { kind: "token", issuer }).join("\n");

  expect(signInUrl(withTokens)).toBe(pageUrl);
  expect(words).toContain("tokens of https://id.example/ do, with framequeue in their aud");
  expect(words).toContain("-c authClientId=CLIENT");
  expect(words).toContain("FRAMEQUEUE_API_KEY");
});

test("a login on the page is said with what the issuer has to know of it", () => {
  const login = { kind: "login", issuer, client_id: "page", scope: "openid" } as const;

  expect(tokenLines(withTokens, login).join("\n")).toMatch(
    /Sign in on the page.*client page.*http:\/\/127\.0\.0\.1:8787\//,
  );
});

test("how commands find a system is said where they do not look by themselves", () => {
  expect(stateLines("/home/ana/.framequeue", "/home/ana")).toEqual([]);
  expect(stateLines("/tmp/other", "/home/ana").join()).toContain("FRAMEQUEUE_STATE=/tmp/other");
});
