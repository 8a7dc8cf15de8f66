import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { keys } from "../../contracts/keys.ts";
import type { ModelManifest } from "../../contracts/model.ts";
import { modelStore } from "../../gpu-worker/model-store.ts";
import { builtInManifests } from "../../models/catalog.ts";
import { memoryMediaBucket } from "../support/memory-media-bucket.ts";
import { temporaryFolder } from "./support/clips.ts";
import { keptLog } from "./support/quiet-log.ts";

const bytes = Buffer.from("a model, as far as digests go");
const sha256 = createHash("sha256").update(bytes).digest("hex");
const manifest = (file: Partial<ModelManifest["file"]> = {}): ModelManifest => ({
  ...builtInManifests[0]!,
  name: "mine",
  file: { sha256, size_bytes: bytes.length, ...file },
});

const servers: { close: () => void }[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

const serving = (body: Uint8Array) => answering((_, response) => response.end(body));

async function answering(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  servers.push(server);
  await new Promise((resolve) => server.once("listening", resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/model.onnx`;
}

function aStore() {
  const bucket = memoryMediaBucket();
  const [builtInDirectory, cacheDirectory] = [temporaryFolder(), temporaryFolder()];
  const store = modelStore({ builtInDirectory, cacheDirectory, bucket, fetch });
  const signal = new AbortController().signal;
  const find = (wanted: ModelManifest) =>
    store(wanted, { signal, advance: () => {}, log: keptLog().log });
  return { bucket, builtInDirectory, cacheDirectory, find };
}

test("the file beside the built-in manifest is used as it lies", async () => {
  const { builtInDirectory, find } = aStore();
  mkdirSync(join(builtInDirectory, "mine"));
  writeFileSync(join(builtInDirectory, "mine", "model.onnx"), bytes);

  expect(await find(manifest({ path: "model.onnx" }))).toBe(
    join(builtInDirectory, "mine", "model.onnx"),
  );
});

test("a model from the bucket is kept, and found again without the bucket", async () => {
  const { bucket, cacheDirectory, find } = aStore();
  bucket.store(keys.modelFile(sha256), bytes);

  const path = await find(manifest());
  bucket.objects.clear();

  expect(path.startsWith(cacheDirectory)).toBe(true);
  expect(readFileSync(path)).toEqual(bytes);
  expect(await find(manifest())).toBe(path);
});

test("a model is fetched from its own address on first use", async () => {
  const { find } = aStore();

  const path = await find(manifest({ url: await serving(bytes) }));

  expect(readFileSync(path)).toEqual(bytes);
});

test.each([
  ["of another content", Buffer.from("a model, as far as nobody look")],
  ["that is too short", bytes.subarray(1)],
  ["that does not end", Buffer.alloc(10_000)],
])("a file %s is refused and not kept", async (_, body) => {
  const { cacheDirectory, find } = aStore();

  await expect(find(manifest({ url: await serving(body) }))).rejects.toMatchObject({
    name: "PermanentError",
    code: "MODEL_CORRUPT",
  });
  expect(readdirSync(join(cacheDirectory, sha256))).toEqual([]);
});

test.each<[string, RequestListener, RegExp]>([
  ["fails for now", (_, response) => response.writeHead(503).end(), /its host answers 503/],
  [
    "breaks off in the middle",
    (_, response) => {
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 10), () => response.destroy());
    },
    /it broke off/,
  ],
])("a download that %s is tried again", async (_, answer, why) => {
  const { cacheDirectory, find } = aStore();

  await expect(find(manifest({ url: await answering(answer) }))).rejects.toMatchObject({
    name: "RetryableError",
    code: "MODEL_UNAVAILABLE",
    message: expect.stringMatching(why),
  });
  const kept = readdirSync(cacheDirectory, { recursive: true }).map(String);
  expect(kept.filter((name) => name.includes("onnx"))).toEqual([]);
});

test("a cached file that was changed is fetched anew", async () => {
  const { bucket, find } = aStore();
  bucket.store(keys.modelFile(sha256), bytes);
  const path = await find(manifest());
  writeFileSync(path, Buffer.from(bytes).fill(0));

  expect(readFileSync(await find(manifest()))).toEqual(bytes);
});

test.each([
  ["nowhere", {}],
  ["at an address that nobody reaches", { url: "http://127.0.0.1:9/model.onnx" }],
])("a model that is %s fails with what to do", async (_, file) => {
  const { find } = aStore();

  await expect(find(manifest(file))).rejects.toMatchObject({
    name: "PermanentError",
    code: "MODEL_UNAVAILABLE",
    message: expect.stringContaining("framequeue model add FILE"),
  });
});
