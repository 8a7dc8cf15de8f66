import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { expect, test } from "vitest";
import { createGateway } from "../../../local/http/gateway.ts";
import type { HttpRequest } from "../../../local/http/messages.ts";
import { FunctionError } from "../../../local/lambda/function-error.ts";

const request = (differences: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  path: "/",
  query: "",
  headers: { host: "127.0.0.1:8787" },
  body: Buffer.alloc(0),
  sourceIp: "127.0.0.1",
  ...differences,
});

const routeKeys = [
  "$default",
  "GET /files/{path+}",
  "GET /jobs/{job_id}",
  "ANY /jobs/{job_id}",
  "GET /jobs/newest",
  "POST /jobs/{job_id}/parts/{part}",
];

function gatewayOf(
  answer: (event: APIGatewayProxyEventV2) => unknown,
  { keys = routeKeys, timeoutSeconds = 30 } = {},
) {
  const routes = keys.map((routeKey) => ({ routeKey, functionName: "api", timeoutSeconds }));
  return createGateway({
    routes,
    invoke: async (_name, event) => answer(event as APIGatewayProxyEventV2),
  });
}

async function eventFor(differences: Partial<HttpRequest>): Promise<APIGatewayProxyEventV2> {
  let seen: APIGatewayProxyEventV2 | undefined;
  await gatewayOf((event) => void (seen = event))(request(differences));
  return seen!;
}

test.each([
  ["GET", "/jobs/newest", "GET /jobs/newest", undefined],
  ["GET", "/jobs/7", "GET /jobs/{job_id}", { job_id: "7" }],
  ["DELETE", "/jobs/7", "ANY /jobs/{job_id}", { job_id: "7" }],
  ["POST", "/jobs/a%20b/parts/2", "POST /jobs/{job_id}/parts/{part}", { job_id: "a b", part: "2" }],
  ["GET", "/files/a/b.txt", "GET /files/{path+}", { path: "a/b.txt" }],
  ["GET", "/jobs/", "$default", undefined],
  ["GET", "/other", "$default", undefined],
])("%s %s goes to %s", async (method, path, routeKey, pathParameters) => {
  const event = await eventFor({ method, path });

  expect(event).toMatchObject({ routeKey, rawPath: path, requestContext: { routeKey } });
  expect(event.pathParameters).toEqual(pathParameters);
});

test("the event has payload format 2.0", async () => {
  const event = await eventFor({
    method: "POST",
    path: "/jobs/7/parts/2",
    query: "a=1&a=2&b=%C3%BC",
    headers: {
      host: "127.0.0.1:8787",
      cookie: "one=1; two=2",
      "content-type": "application/json",
      "user-agent": "test",
    },
    body: Buffer.from('{"größe":1}'),
  });

  expect(event).toMatchObject({
    version: "2.0",
    rawQueryString: "a=1&a=2&b=%C3%BC",
    queryStringParameters: { a: "1,2", b: "ü" },
    cookies: ["one=1", "two=2"],
    body: '{"größe":1}',
    isBase64Encoded: false,
    requestContext: {
      http: { method: "POST", path: "/jobs/7/parts/2", sourceIp: "127.0.0.1", userAgent: "test" },
      stage: "$default",
    },
  });
  expect(event.headers).not.toHaveProperty("cookie");
});

test("what a request does not have, its event does not have either", async () => {
  const event = await eventFor({});

  for (const field of ["body", "cookies", "queryStringParameters", "pathParameters"]) {
    expect(event).not.toHaveProperty(field);
  }
});

test.each([
  ["application/octet-stream", true],
  ["application/x-www-form-urlencoded", true],
  ["application/problem+json", false],
  ["text/plain; charset=utf-8", false],
])("a body of type %s is base64: %s", async (contentType, isBase64Encoded) => {
  const bytes = Buffer.from([0x61, 0xff]);
  const event = await eventFor({ headers: { "content-type": contentType }, body: bytes });

  expect(event.isBase64Encoded).toBe(isBase64Encoded);
  expect(event.body).toBe(bytes.toString(isBase64Encoded ? "base64" : "utf8"));
});

test("a function's answer becomes the response", async () => {
  const answer = gatewayOf(() => ({
    statusCode: 201,
    headers: { "Content-Type": "application/json", "X-Count": 2 },
    cookies: ["a=1", "b=2"],
    body: Buffer.from("{}").toString("base64"),
    isBase64Encoded: true,
  }));

  expect(await answer(request())).toEqual({
    status: 201,
    headers: { "content-type": "application/json", "x-count": "2", "set-cookie": ["a=1", "b=2"] },
    body: Buffer.from("{}"),
  });
});

test("a result without a status code is the body", async () => {
  const response = await gatewayOf(() => ({ a: 1 }))(request());

  expect(response).toMatchObject({ status: 200, body: '{"a":1}' });
});

test("without a default route, an unknown path is the gateway's own 404", async () => {
  const gateway = gatewayOf(() => "never", { keys: ["GET /jobs"] });

  expect(await gateway(request({ path: "/none" }))).toMatchObject({
    status: 404,
    body: '{"message":"Not Found"}',
  });
});

test.each([
  ["throws", "TypeError", 500],
  ["takes too long", "Sandbox.Timedout", 500],
  ["is given too much", "RequestEntityTooLarge", 413],
  ["is throttled", "TooManyRequests", 503],
])("a function that %s answers with %s's status", async (_name, errorType, status) => {
  const gateway = gatewayOf(() => {
    throw new FunctionError(errorType, "no result");
  });

  expect(await gateway(request())).toMatchObject({ status });
});

test("an integration's time ends before the function's", async () => {
  const gateway = gatewayOf(() => new Promise(() => undefined), { timeoutSeconds: 0.05 });

  expect(await gateway(request())).toMatchObject({ status: 503 });
});
