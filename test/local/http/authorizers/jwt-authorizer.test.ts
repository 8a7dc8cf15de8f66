import { generateKeyPairSync, sign } from "node:crypto";
import { expect, test } from "vitest";
import { jwtAuthorizer } from "../../../../local/http/authorizers/jwt-authorizer.ts";

const issuer = "https://id.example/";
const now = Date.UTC(2026, 10, 26);
const seconds = now / 1000;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const others = generateKeyPairSync("rsa", { modulusLength: 2048 });
const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" });

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
const claims = { iss: issuer, sub: "ana", aud: "framequeue", exp: seconds + 60, iat: seconds };

function token(changes: object = {}, { head = {}, key = rsa.privateKey, hash = "sha256" } = {}) {
  const signed = `${encoded({ alg: "RS256", kid: "k1", ...head })}.${encoded({ ...claims, ...changes })}`;
  return `${signed}.${sign(hash, Buffer.from(signed), key).toString("base64url")}`;
}

function authorizer(published = [{ ...rsa.publicKey.export({ format: "jwk" }), kid: "k1" }]) {
  const asked: string[] = [];
  const authorize = jwtAuthorizer(
    { kind: "jwt", name: "tokens", header: "authorization", issuer, audience: ["framequeue", "x"] },
    {
      now: () => now,
      fetch: async (input) => {
        const url = input as string;
        asked.push(url);
        const jwks_uri = "https://keys.example/set";
        return Response.json(url === jwks_uri ? { keys: published } : { issuer, jwks_uri });
      },
    },
  );
  const ask = (authorization?: string) =>
    authorize(
      {
        method: "GET",
        path: "/",
        query: "",
        headers: authorization === undefined ? {} : { authorization },
        body: Buffer.alloc(0),
        sourceIp: "127.0.0.1",
      },
      { route: { routeKey: "GET /", functionName: "api", timeoutSeconds: 1 }, pathParameters: {} },
    );
  return { asked, ask };
}

const refusal = { allowed: false, response: { status: 401, body: '{"message":"Unauthorized"}' } };

test("a token of the issuer lets in, and its claims go on as text", async () => {
  const { asked, ask } = authorizer();

  expect(await ask(`Bearer ${token({ groups: ["a", "b"] })}`)).toEqual({
    allowed: true,
    context: {
      jwt: {
        claims: {
          iss: issuer,
          sub: "ana",
          aud: "[framequeue]",
          exp: `${seconds + 60}`,
          iat: `${seconds}`,
          groups: "[a b]",
        },
        scopes: null,
      },
    },
  });
  expect(asked).toEqual([
    "https://id.example/.well-known/openid-configuration",
    "https://keys.example/set",
  ]);
});

test("an issuer is asked for its keys once, however many tokens name one that it does not have", async () => {
  const { asked, ask } = authorizer();
  await ask(`Bearer ${token()}`);
  await ask(`Bearer ${token()}`);
  for (const kid of ["k2", "k3"]) await ask(`Bearer ${token({}, { head: { kid } })}`);

  expect(asked).toHaveLength(2);
});

test.each<[string, string]>([
  ["a list of audiences", token({ aud: ["others", "framequeue"] })],
  ["a client id instead of an audience", token({ aud: undefined, client_id: "x" })],
  ["a longer hash", token({}, { head: { alg: "RS512" }, hash: "sha512" })],
])("a token with %s lets in", async (_case, valid) => {
  expect(await authorizer().ask(`Bearer ${valid}`)).toMatchObject({ allowed: true });
});

test.each<[string, string | undefined]>([
  ["is missing", undefined],
  ["is empty", "Bearer "],
  ["is none", "Bearer nonsense"],
  ["is of an API key's form", "Bearer fq_abc"],
  ["has expired", `Bearer ${token({ exp: seconds })}`],
  ["has no end", `Bearer ${token({ exp: undefined })}`],
  ["is not valid yet", `Bearer ${token({ nbf: seconds + 1 })}`],
  ["was issued in the future", `Bearer ${token({ iat: seconds + 1 })}`],
  ["is another issuer's", `Bearer ${token({ iss: "https://id.example" })}`],
  ["is for others", `Bearer ${token({ aud: "others" })}`],
  ["is for nobody", `Bearer ${token({ aud: undefined })}`],
  ["has the right client and the wrong audience", `Bearer ${token({ aud: "y", client_id: "x" })}`],
  ["is signed by others", `Bearer ${token({}, { key: others.privateKey })}`],
  ["names an unknown key", `Bearer ${token({}, { head: { kid: "k2" } })}`],
  ["names no key", `Bearer ${token({}, { head: { kid: undefined } })}`],
  ["is signed by nobody", `Bearer ${encoded({ alg: "none", kid: "k1" })}.${encoded(claims)}.`],
  ["has a signature of HMAC", `Bearer ${token({}, { head: { alg: "HS256" } })}`],
  ["has more parts", `Bearer ${token()}.more`],
])("a token that %s lets nobody in", async (_case, header) => {
  expect(await authorizer().ask(header)).toMatchObject(refusal);
});

test("elliptic keys do not count, as they do not for API Gateway", async () => {
  const { ask } = authorizer([{ ...elliptic.publicKey.export({ format: "jwk" }), kid: "k1" }]);
  const signed = token({}, { head: { alg: "ES256" }, key: elliptic.privateKey });

  expect(await ask(`Bearer ${signed}`)).toMatchObject(refusal);
});

test("an issuer that does not answer lets nobody in", async () => {
  const authorize = jwtAuthorizer(
    { kind: "jwt", name: "tokens", header: "authorization", issuer, audience: ["framequeue"] },
    { now: () => now, fetch: () => Promise.reject(new Error("no network")) },
  );
  const headers = { authorization: `Bearer ${token()}` };

  const verdict = await authorize(
    { method: "GET", path: "/", query: "", headers, body: Buffer.alloc(0), sourceIp: "" },
    { route: { routeKey: "GET /", functionName: "api", timeoutSeconds: 1 }, pathParameters: {} },
  );

  expect(verdict).toMatchObject(refusal);
});
