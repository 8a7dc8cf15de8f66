import { expect, test } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { settingsFrom } from "../../infra/settings.ts";

const given = (context: Readonly<Record<string, unknown>>) => settingsFrom((name) => context[name]);

test("a deployment that says nothing gets the limits of the contract", () => {
  expect(given({})).toEqual({
    leaseSeconds: limits.leaseSeconds,
    segmentFrames: 0,
    heartbeatSeconds: limits.heartbeatSeconds,
    auth: { type: "apiKey" },
    revokedWithinSeconds: limits.revokedWithinSeconds,
    inboxPipeline: "pitch",
    uploadBytesMax: limits.uploadBytesMax,
    require: "gpu",
    removal: "retain",
    compute: "managed",
    spot: true,
    instanceTypes: expect.arrayContaining(["g4dn.xlarge"]),
    workersMax: 2,
    idleExitSeconds: 60,
  });
});

test("what the command line says is text, and is understood", () => {
  const context = {
    leaseSeconds: "4",
    removal: "destroy",
    spot: "false",
    instanceTypes: "g6.xlarge, g5.xlarge",
    monthlyBudgetUsd: "50",
  };

  expect(given(context)).toMatchObject({
    leaseSeconds: 4,
    removal: "destroy",
    spot: false,
    instanceTypes: ["g6.xlarge", "g5.xlarge"],
    monthlyBudgetUsd: 50,
  });
});

test.each([
  ["leaseSeconds", "soon"],
  ["leaseSeconds", "0"],
  ["removal", "maybe"],
  ["compute", "lots"],
  ["spot", "perhaps"],
  ["workersMax", "0"],
  ["revokedWithinSeconds", "900"],
  ["revokedWithinSeconds", "0.5"],
  ["alarmEmail", "nobody"],
  ["certificateArn", "a-certificate"],
])("a wrong value stops the synthesis with its name: %s=%s", (name, value) => {
  expect(() => given({ [name]: value })).toThrow(name);
});

test.each([
  [
    { auth: "jwt", authIssuer: "https://id.example/", authAudience: "framequeue, cli" },
    {
      type: "jwt",
      issuer: "https://id.example/",
      audience: ["framequeue", "cli"],
      scopes: ["openid", "email"],
    },
  ],
  [
    {
      auth: "jwt",
      authIssuer: "http://127.0.0.1:9000",
      authAudience: "framequeue",
      authClientId: "page",
      authScopes: "openid, offline_access",
      authOrigins: "https://tokens.example/path",
    },
    {
      type: "jwt",
      issuer: "http://127.0.0.1:9000",
      audience: ["framequeue"],
      clientId: "page",
      scopes: ["openid", "offline_access"],
      origins: ["https://tokens.example"],
    },
  ],
  [
    { auth: "cognito", authDomainPrefix: "videos" },
    { type: "cognito", domainPrefix: "videos" },
  ],
  [
    { auth: "cognito", authCallbackUrls: "https://page.example/", authDomainPrefix: "videos" },
    { type: "cognito", callbackUrls: ["https://page.example/"], domainPrefix: "videos" },
  ],
  [{ auth: "apiKey" }, { type: "apiKey" }],
])("who lets callers in is one of three, with what it needs: %j", (context, auth) => {
  expect(given(context).auth).toEqual(auth);
});

test.each([
  [{ auth: "none" }, "auth is one of apiKey, jwt, cognito; not none"],
  [{ auth: "jwt", authAudience: "a" }, "auth=jwt needs authIssuer"],
  [{ auth: "jwt", authIssuer: "https://id.example/" }, "auth=jwt needs authAudience"],
  [{ auth: "jwt", authIssuer: "http://id.example/", authAudience: "a" }, "issuer"],
  [{ auth: "jwt", authIssuer: "https://id.example/", authAudience: "" }, "audience"],
  [{ auth: "cognito" }, "auth=cognito needs authDomainPrefix"],
  [{ authClientId: "page" }, "authClientId goes with auth=jwt, and auth is apiKey"],
  [{ auth: "cognito", authCallbackUrls: "https://a/", authDomainPrefix: "my-aws" }, "domainPrefix"],
  [{ auth: "cognito", authCallbackUrls: "nowhere", authDomainPrefix: "videos" }, "callbackUrls"],
  [{ authIssuer: "https://id.example/" }, "authIssuer goes with auth=jwt, and auth is apiKey"],
])("a word too many or too few about it stops the synthesis: %j", (context, words) => {
  expect(() => given(context)).toThrow(words);
});
