import { expect, test } from "vitest";
import { requestAuthorizer } from "../../../../local/http/authorizers/request-authorizer.ts";
import { FunctionError } from "../../../../local/lambda/function-error.ts";

const facts = {
  kind: "request",
  name: "keys",
  functionName: "authorize",
  identityHeaders: ["authorization"],
  cacheSeconds: 60,
} as const;

const request = (headers: Record<string, string>, path = "/v1/jobs") => ({
  method: "POST",
  path,
  query: "",
  headers,
  body: Buffer.from("secret body"),
  sourceIp: "127.0.0.1",
});
const match = {
  route: { routeKey: "POST /v1/jobs", functionName: "api", timeoutSeconds: 30 },
  pathParameters: {},
};

function asking(answer: (identity: string) => unknown, differences = {}) {
  const events: { identitySource: string[] }[] = [];
  let now = 0;
  const authorize = requestAuthorizer(
    { ...facts, ...differences },
    {
      now: () => now,
      invoke: async (name, event) => {
        expect(name).toBe("authorize");
        events.push(event as { identitySource: string[] });
        return answer(events.at(-1)!.identitySource[0]!);
      },
    },
  );
  const ask = (authorization?: string, path?: string) =>
    authorize(request(authorization === undefined ? {} : { authorization }, path), match);
  return { events, ask, elapse: (seconds: number) => (now += seconds * 1000) };
}

test.each([undefined, ""])("a request without identity (%j) is refused unasked", async (header) => {
  const { events, ask } = asking(() => ({ isAuthorized: true }));

  expect(await ask(header)).toMatchObject({
    allowed: false,
    response: { status: 401, body: '{"message":"Unauthorized"}' },
  });
  expect(events).toEqual([]);
});

test("the function gets the request without its body, and its context goes on with the request", async () => {
  const { events, ask } = asking(() => ({ isAuthorized: true, context: { owner: "ana" } }));

  expect(await ask("Bearer a")).toEqual({ allowed: true, context: { lambda: { owner: "ana" } } });
  expect(events).toMatchObject([
    {
      version: "2.0",
      type: "REQUEST",
      identitySource: ["Bearer a"],
      routeKey: "POST /v1/jobs",
      rawPath: "/v1/jobs",
      headers: { authorization: "Bearer a" },
    },
  ]);
  expect(events[0]).not.toHaveProperty("body");
});

test("an answer holds for its identity on every path, until its time is over", async () => {
  let open = true;
  const { events, ask, elapse } = asking(() => ({ isAuthorized: open }));

  await ask("Bearer a");
  open = false;
  elapse(59);
  expect(await ask("Bearer a", "/v1/other")).toMatchObject({ allowed: true });
  expect(await ask("Bearer b")).toMatchObject({ allowed: false, response: { status: 403 } });
  elapse(1);

  expect(await ask("Bearer a")).toMatchObject({
    allowed: false,
    response: { status: 403, body: '{"message":"Forbidden"}' },
  });
  expect(events.map(({ identitySource }) => identitySource[0])).toEqual([
    "Bearer a",
    "Bearer b",
    "Bearer a",
  ]);
});

test("with no time to live, every request is asked about", async () => {
  const { events, ask } = asking(() => ({ isAuthorized: true }), { cacheSeconds: 0 });
  await ask("Bearer a");
  await ask("Bearer a");

  expect(events).toHaveLength(2);
});

test.each([
  ["throws", () => Promise.reject(new FunctionError("Error", "no table"))],
  ["answers with a policy", () => ({ policyDocument: {} })],
  ["answers with text", () => ({ isAuthorized: "yes" })],
  ["answers nothing", () => null],
])("a function that %s lets nobody in, and is asked again", async (_case, answer) => {
  const { events, ask } = asking(answer);

  expect(await ask("Bearer a")).toMatchObject({ allowed: false, response: { status: 500 } });
  await ask("Bearer a");
  expect(events).toHaveLength(2);
});
