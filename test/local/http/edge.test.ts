import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deployedFiles } from "../../../local/http/deployed-files.ts";
import type { Handle } from "../../../local/http/edge.ts";
import { createEdge } from "../../../local/http/edge.ts";
import { pageFiles } from "../../../local/http/page-files.ts";
import { createPageOrigin } from "../../../local/http/page-origin.ts";
import { serve } from "../../../local/http/serve.ts";
import type { BehaviourFacts, DistributionFacts } from "../../../local/template/distribution.ts";
import { temporaryDirectory } from "../support/fixture-app.ts";

const directory = temporaryDirectory();
beforeAll(() => {
  mkdirSync(join(directory.path, "assets"));
  writeFileSync(join(directory.path, "index.html"), "<h1>page</h1>");
  writeFileSync(join(directory.path, "assets", "main.js"), "run()");
});
afterAll(() => directory[Symbol.dispose]());

const page: BehaviourFacts = {
  pathPattern: "*",
  origin: { kind: "bucket", bucketName: "pages" },
  methods: ["GET", "HEAD"],
  responseHeaders: { "x-frame-options": "DENY" },
};
const api: BehaviourFacts = {
  pathPattern: "/v1/*",
  origin: { kind: "api" },
  methods: ["GET", "HEAD", "POST"],
  responseHeaders: {},
};

function edgeOf(differences: Partial<DistributionFacts> = {}) {
  const origin = createPageOrigin(
    pageFiles(
      "pages",
      [{ bucketName: "pages", directory: directory.path, exclude: [], include: [] }],
      async () => "nowhere",
    ),
  );
  const gateway: Handle = async ({ method, path }) => ({
    status: path === "/v1/none" ? 404 : 200,
    headers: {},
    body: `${method} ${path}`,
  });
  const facts = {
    defaultRootObject: "index.html",
    behaviours: [api, page],
    errorResponses: [],
    ...differences,
  };
  const edge = createEdge(facts, ({ kind }) => (kind === "api" ? gateway : origin));
  return (path: string, method = "GET", headers = {}) =>
    edge({ method, path, query: "", headers, body: Buffer.alloc(0), sourceIp: "127.0.0.1" });
}

test("the default root object answers for /", async () => {
  const response = await edgeOf()("/");

  expect(response).toMatchObject({
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8", "x-frame-options": "DENY" },
  });
  expect(String(response.body)).toBe("<h1>page</h1>");
});

test("files are found by their key, and nothing outside of the deployment is", async () => {
  const ask = edgeOf();

  expect(String((await ask("/assets/main.js")).body)).toBe("run()");
  for (const path of ["/assets/none.js", "/../secret", "/%2e%2e/secret", "/assets"]) {
    expect((await ask(path)).status).toBe(403);
  }
});

test("a known file is not sent again", async () => {
  const ask = edgeOf();
  const { etag } = (await ask("/assets/main.js")).headers;

  expect(await ask("/assets/main.js", "GET", { "if-none-match": etag })).toMatchObject({
    status: 304,
    body: "",
  });
});

test("paths under a behaviour's pattern go to its origin", async () => {
  expect((await edgeOf()("/v1/jobs", "POST")).body).toBe("POST /v1/jobs");
});

test("a method that the behaviour does not allow is refused", async () => {
  const ask = edgeOf();

  expect((await ask("/v1/jobs", "DELETE")).status).toBe(403);
  expect((await ask("/index.html", "POST")).status).toBe(403);
});

test("a page stands in for an error, on every origin, where the distribution says so", async () => {
  const ask = edgeOf({
    errorResponses: [{ status: 403, path: "/index.html", responseStatus: 200 }],
  });

  expect(String((await ask("/jobs/7")).body)).toBe("<h1>page</h1>");
  expect((await ask("/v1/none")).status).toBe(404);
});

test("a deployment's filters decide what it brings", () => {
  const deployment = { bucketName: "pages", directory: directory.path };

  const files = deployedFiles("pages", [
    { ...deployment, exclude: ["*"], include: ["assets/*"], cacheControl: "max-age=9" },
    { ...deployment, exclude: ["assets/*"], include: [] },
    { ...deployment, bucketName: "other", exclude: [], include: [] },
  ]);

  expect([...files].map(([key, { cacheControl }]) => [key, cacheControl])).toEqual([
    ["assets/main.js", "max-age=9"],
    ["index.html", undefined],
  ]);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("the server hands a whole request on and refuses what is beyond API Gateway's limit", async () => {
  const port = await freePort();
  await using _server = await serve(port, async ({ method, path, query, headers, body }) => ({
    status: 200,
    headers: { "set-cookie": ["a=1", "b=2"] },
    body: JSON.stringify({ method, path, query, header: headers["x-test"], bytes: body.length }),
  }));
  const url = `http://127.0.0.1:${port}/a/b?c=d?e`;

  const taken = await fetch(url, {
    method: "PUT",
    headers: { "x-test": "1" },
    body: Buffer.alloc(10 * 1024 ** 2),
  });
  const refused = await fetch(url, { method: "PUT", body: Buffer.alloc(10 * 1024 ** 2 + 1) });

  expect(await taken.json()).toEqual({
    method: "PUT",
    path: "/a/b",
    query: "c=d?e",
    header: "1",
    bytes: 10 * 1024 ** 2,
  });
  expect(taken.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(refused.status).toBe(413);
});

test("a request by another host name is refused, wherever that name points to", async () => {
  const port = await freePort();
  await using _server = await serve(port, async () => ({ status: 200, headers: {}, body: "" }));

  const { request } = await import("node:http");
  const status = await new Promise((resolve) => {
    const headers = { host: `rebound.example:${port}` };
    request({ port, host: "127.0.0.1", headers }, ({ statusCode }) => resolve(statusCode)).end();
  });

  expect(status).toBe(403);
});
