import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { webhookPoster } from "../../../functions/deliver-webhooks/post-webhook.ts";
import { publicResolver } from "../../../functions/public-address.ts";

const folder = mkdtempSync(join(tmpdir(), "framequeue-webhook-"));
const file = (name: string) => join(folder, name);
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const heard: { url: string | undefined; headers: IncomingMessage["headers"]; body: string }[] = [];
let close: () => Promise<void>;
let port = 0;
let ca: string;

beforeAll(async () => {
  const newCertificate =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=hooks.example.com -addext subjectAltName=DNS:hooks.example.com";
  const files = ["-keyout", file("key.pem"), "-out", file("cert.pem")];
  execFileSync("openssl", [...newCertificate.split(" "), ...files], { stdio: "ignore" });
  ca = readFileSync(file("cert.pem"), "utf8");
  const server = createServer(
    { key: readFileSync(file("key.pem")), cert: ca },
    (request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        heard.push({ url: request.url, headers: request.headers, body });
        answer(request, response);
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
  close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
});
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

const loopback = async () => ({ address: "127.0.0.1", family: 4 });
const message = {
  headers: { "webhook-id": "e1", "content-type": "application/json" },
  body: '{"ü":1}',
};
const urlOf = (path = "/ends?x=1", host = "hooks.example.com") => `https://${host}:${port}${path}`;

test("posts over TLS to the address that was resolved, under the name of the URL", async () => {
  answer = (_request, response) => response.writeHead(204).end();

  const came = await webhookPoster({ resolvePublic: loopback, ca })(urlOf(), message);

  expect(came).toEqual({ status: 204 });
  expect(heard.at(-1)).toMatchObject({
    url: "/ends?x=1",
    headers: { host: `hooks.example.com:${port}`, "webhook-id": "e1" },
    body: '{"ü":1}',
  });
});

test("a certificate of another name is refused", async () => {
  const came = await webhookPoster({ resolvePublic: loopback, ca })(
    urlOf("/", "other.example.com"),
    message,
  );

  expect(came).toEqual({ error: "ERR_TLS_CERT_ALTNAME_INVALID" });
});

test("a certificate that nobody vouches for is refused", async () => {
  const came = await webhookPoster({ resolvePublic: loopback })(urlOf(), message);

  expect(came).toEqual({ error: "DEPTH_ZERO_SELF_SIGNED_CERT" });
});

test("a redirect is an answer, and is not followed", async () => {
  const before = heard.length;
  answer = (_request, response) => response.writeHead(307, { location: urlOf("/inside") }).end();

  expect(await webhookPoster({ resolvePublic: loopback, ca })(urlOf(), message)).toEqual({
    status: 307,
  });
  expect(heard).toHaveLength(before + 1);
});

test("of an answer without an end no more than some kilobytes are read", async () => {
  let written = 0;
  answer = (_request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => {
      written += 1024;
      response.write(Buffer.alloc(1024));
    }, 1);
    response.on("close", () => clearInterval(timer));
  };

  expect(await webhookPoster({ resolvePublic: loopback, ca })(urlOf(), message)).toEqual({
    status: 200,
  });
  expect(written).toBeLessThan(100 * limits.webhookAnswerBytesMax);
});

test("a receiver that breaks off is an error", async () => {
  answer = (request) => request.socket.destroy();

  expect(await webhookPoster({ resolvePublic: loopback, ca })(urlOf(), message)).toEqual({
    error: "ECONNRESET",
  });
});

test(
  "a receiver that never answers is given up",
  { timeout: (limits.webhookAnswerSeconds + 15) * 1000 },
  async () => {
    answer = () => {};

    expect(await webhookPoster({ resolvePublic: loopback, ca })(urlOf(), message)).toEqual({
      error: `no answer within ${limits.webhookAnswerSeconds} s`,
    });
  },
);

test("a name that led outside when it was registered and leads inside now is not connected to", async () => {
  const before = heard.length;
  const names = ["93.184.215.14", "127.0.0.1"];
  const resolvePublic = publicResolver(async () => [{ address: names.shift()!, family: 4 }]);
  await resolvePublic("hooks.example.com");

  const came = await webhookPoster({ resolvePublic, ca })(urlOf(), message);

  expect(came).toEqual({ error: "hooks.example.com has an address that is not public" });
  expect(heard).toHaveLength(before);
});

test("the name is looked up once for a request, so that it cannot lead elsewhere between check and connection", async () => {
  answer = (_request, response) => response.writeHead(200).end();
  let lookups = 0;
  const resolvePublic = async () => {
    lookups++;
    return { address: "127.0.0.1", family: 4 };
  };

  expect(await webhookPoster({ resolvePublic, ca })(urlOf(), message)).toEqual({ status: 200 });
  expect(lookups).toBe(1);
});
