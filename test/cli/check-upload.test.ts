import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { checkCors } from "../../cli/doctor/check-upload.ts";
import { listen } from "../support/http-server.ts";

async function storeThatAllows(origin: string | undefined) {
  const server = createServer((_, response) => {
    if (origin === undefined) return response.writeHead(403).end();
    return response.writeHead(200, { "access-control-allow-origin": origin }).end();
  });
  const store = await listen(server);
  onTestFinished(store.close);
  return { url: `${store.origin}/key` };
}
const page = { origin: "https://page.example", originIsPage: true };
const { signal } = new AbortController();

test.each(["*", page.origin])(
  "a store that allows %s takes the page's uploads",
  async (allowed) => {
    const finding = await checkCors(await storeThatAllows(allowed), page, signal);

    expect(finding.verdict).toBe("ok");
  },
);

test.each(["https://another.example", undefined])(
  "a store that allows %s is broken for the page",
  async (allowed) => {
    const finding = await checkCors(await storeThatAllows(allowed), page, signal);

    expect(finding).toMatchObject({ hop: "upload CORS", verdict: "broken" });
  },
);

test("where the page's address is only guessed, a refusal is a warning that asks for it", async () => {
  const guessed = { ...page, originIsPage: false };

  const finding = await checkCors(await storeThatAllows(undefined), guessed, signal);

  expect(finding).toMatchObject({
    verdict: "warning",
    message: expect.stringContaining("--page") as string,
  });
});

test("a storage that does not answer is the broken hop", async () => {
  const finding = await checkCors({ url: "http://127.0.0.1:9/key" }, page, signal);

  expect(finding).toMatchObject({ hop: "storage", verdict: "broken" });
});
