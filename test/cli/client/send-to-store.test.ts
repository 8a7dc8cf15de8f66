import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FileChangedError, sendToStore } from "../../../cli/client/send-to-store.ts";
import { listen, readBody } from "../../support/http-server.ts";

const sizeBytes = 8_000_000;

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

async function storeWith(answer: Answer) {
  const folder = await mkdtemp(join(tmpdir(), "framequeue-send-"));
  const path = join(folder, "clip.mp4");
  await writeFile(path, Buffer.alloc(sizeBytes, 7));
  const { origin, close } = await listen(
    createServer((request, response) => {
      // A client that breaks off is what some of these are about.
      void Promise.resolve(answer(request, response)).catch(() => {});
    }),
  );
  onTestFinished(async () => {
    await close();
    await rm(folder, { recursive: true });
  });

  const signed = {
    method: "PUT",
    url: `${origin}/key`,
    headers: { "x-signed": "1" },
    expires_at: "",
  } as const;
  return { path, signed, whole: { file: { path }, start: 0, end: sizeBytes } };
}

test("a range leaves with its exact length and the signed headers, never in chunks", async () => {
  let seen: object = {};
  const { signed, path } = await storeWith(async (request, response) => {
    const { length } = await readBody(request);
    seen = { ...request.headers, length };
    response.setHeader("etag", '"e"').end();
  });
  const progress: number[] = [];

  const { etag } = await sendToStore(
    signed,
    { file: { path }, start: 1_000_000, end: 1_300_000 },
    { onBytes: (bytes) => progress.push(bytes) },
  );

  expect(etag).toBe('"e"');
  expect(seen).toMatchObject({ "content-length": "300000", "x-signed": "1", length: 300_000 });
  expect(seen).not.toHaveProperty("transfer-encoding");
  expect(progress.at(-1)).toBe(300_000);
  expect(progress.length).toBeGreaterThan(1);
});

test("a refusal that comes before the bytes are through is read, not waited for", async () => {
  const { signed, whole } = await storeWith((_, response) => {
    response
      .writeHead(403)
      .end("<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>");
  });

  const sending = sendToStore(signed, whole);

  await expect(sending).rejects.toMatchObject({
    status: 403,
    code: "SignatureDoesNotMatch",
    mayPass: false,
  });
});

test("a success that holds an error is one", async () => {
  const { signed } = await storeWith(async (request, response) => {
    await readBody(request);
    response.end("<Error><Code>InternalError</Code><Message>try again</Message></Error>");
  });

  await expect(sendToStore(signed, "<x/>")).rejects.toMatchObject({
    code: "InternalError",
    mayPass: true,
  });
});

test("a connection that breaks may be tried again", async () => {
  const { signed, whole } = await storeWith((request) => request.socket.destroy());

  await expect(sendToStore(signed, whole)).rejects.toMatchObject({ status: 0, mayPass: true });
});

test("a file that became shorter is never sent as if it were whole", async () => {
  const { signed, whole, path } = await storeWith(async (request, response) => {
    await readBody(request);
    response.end();
  });
  await truncate(path, 1000);

  await expect(sendToStore(signed, whole)).rejects.toThrow(FileChangedError);
});

test("a file that is gone is said to be, and the network is not blamed", async () => {
  const { signed, whole, path } = await storeWith(async (request, response) => {
    await readBody(request);
    response.end();
  });
  await rm(path);

  await expect(sendToStore(signed, whole)).rejects.toMatchObject({ code: "ENOENT" });
});

test("stopping ends a transfer with the reason that was given", async () => {
  const { signed, whole } = await storeWith(() => {});
  const reason = new Error("enough");

  const sending = sendToStore(signed, whole, {
    signal: AbortSignal.any([AbortSignal.abort(reason)]),
  });
  const stop = new AbortController();
  const later = sendToStore(signed, whole, {
    signal: stop.signal,
    onBytes: () => stop.abort(reason),
  });

  await expect(sending).rejects.toBe(reason);
  await expect(later).rejects.toBe(reason);
});
