import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PermanentError, RetryableError } from "../contracts/errors.ts";
import { keys } from "../contracts/keys.ts";
import { limits } from "../contracts/limits.ts";
import type { ModelManifest } from "../contracts/model.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";
import { wordsOf, type Log } from "./log.ts";
import { fileFacts } from "./pipeline/publish/sha256.ts";
import { transferError } from "./transfer-error.ts";

export interface ModelStoreDependencies {
  /** Folder of the built-in models, one folder each. */
  readonly builtInDirectory: string;
  readonly cacheDirectory: string;
  readonly bucket: Pick<MediaBucket, "head" | "read">;
  readonly fetch: typeof fetch;
}

type File = ModelManifest["file"];

/** Answers with the path of the manifest's file, from the nearest place that has it; its digest is checked each time. */
export function modelStore({
  builtInDirectory,
  cacheDirectory,
  bucket,
  fetch,
}: ModelStoreDependencies) {
  return async (
    { name, file }: ModelManifest,
    { signal, advance, log }: { signal: AbortSignal; advance: () => void; log: Log },
  ): Promise<string> => {
    const cached = join(cacheDirectory, file.sha256, "model.onnx");
    if (file.path !== undefined) {
      const builtIn = join(builtInDirectory, name, file.path);
      if (await isThe(file, builtIn)) return builtIn;
    }
    if (await isThe(file, cached)) return cached;

    const key = keys.modelFile(file.sha256);
    if (await bucket.head(key)) {
      log("INFO", "the model is fetched from the bucket", { model: name });
      const bytes = await bucket.read(key, { signal });
      await keep(bytes, file, cached, advance).catch((error: unknown) => {
        throw transferError(`The file of model "${name}" could not be fetched`, error);
      });
      return cached;
    }
    if (file.url !== undefined) {
      log("INFO", "the model is fetched from its own address", { model: name });
      await keep(await download(name, file.url, signal), file, cached, advance);
      return cached;
    }
    throw unavailable(name, "it is neither built in, nor cached, nor in the bucket");
  };

  async function download(
    name: string,
    url: string,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    const idle = new AbortController();
    const timer = setTimeout(() => idle.abort(), limits.fetchIdleSeconds * 1000);
    const causeOf = (error: unknown) =>
      error instanceof Error ? wordsOf(error.cause ?? error) : String(error);
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, idle.signal]) });
      if (response.status >= 500 || response.status === 429) {
        throw interrupted(name, `its host answers ${response.status}`);
      }
      if (!response.ok || !response.body) {
        throw new Error(`its host answers ${response.status}`);
      }
      const { body } = response;
      return (async function* () {
        try {
          for await (const chunk of body) {
            timer.refresh();
            yield chunk;
          }
        } catch (error) {
          signal.throwIfAborted();
          throw interrupted(name, `it broke off (${causeOf(error)})`);
        } finally {
          clearTimeout(timer);
        }
      })();
    } catch (error) {
      clearTimeout(timer);
      signal.throwIfAborted();
      if (error instanceof RetryableError) throw error;
      throw unavailable(name, `its address cannot be reached (${causeOf(error)})`);
    }
  }
}

const unavailable = (name: string, why: string): PermanentError =>
  new PermanentError(
    "MODEL_UNAVAILABLE",
    `The file of model "${name}" cannot be had: ${why}. Give it to the system with \`framequeue model add FILE\`.`,
  );

/** What a later try may bring: the host is there. */
const interrupted = (name: string, why: string): RetryableError =>
  new RetryableError("MODEL_UNAVAILABLE", `The download of model "${name}" failed: ${why}.`);

async function isThe(file: File, path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  if (facts?.size !== file.size_bytes) return false;
  return (await fileFacts(path)).sha256 === file.sha256;
}

/** Writes the file beside its place, checks it and only then moves it there: the cache never holds a half. */
async function keep(
  chunks: AsyncIterable<Uint8Array>,
  file: File,
  path: string,
  advance: () => void,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${randomUUID()}`;
  const hash = createHash("sha256");
  let sizeBytes = 0;
  try {
    await using handle = await open(unfinished, "wx");
    for await (const chunk of chunks) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > file.size_bytes) break;
      hash.update(chunk);
      // All of it: a single write may take less.
      await handle.writeFile(chunk);
      advance();
    }
    await handle.sync();
    if (sizeBytes !== file.size_bytes || hash.digest("hex") !== file.sha256) {
      throw new PermanentError(
        "MODEL_CORRUPT",
        `The file has ${sizeBytes} bytes or a digest that is not ${file.sha256.slice(0, 12)}….`,
      );
    }
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}
