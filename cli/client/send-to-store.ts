import { once } from "node:events";
import { createReadStream } from "node:fs";
import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { SignedRequestView } from "../../contracts/api.ts";
import { StoreError, storeRefusal } from "./store-error.ts";
import type { VideoFile } from "./video-file.ts";

/** Nothing moved for this long: the connection is dead, and a new one may not be. */
const stalledMs = 60_000;

/** Bytes `start` ≤ b < `end` of a file. */
export interface FileRange {
  readonly file: Pick<VideoFile, "path">;
  readonly start: number;
  readonly end: number;
}

export interface StoreAnswer {
  readonly etag: string | undefined;
  readonly text: string;
}

interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes of this try that have left so far. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Sends a presigned request, streaming from disk with the exact content length. Rejects with a StoreError.
 * Not by fetch, which gives up on an upload that is slow but moves, and tells nothing of how far it is.
 */
export async function sendToStore(
  { method, url, headers }: SignedRequestView,
  body: string | FileRange,
  { signal, onBytes }: SendOptions = {},
): Promise<StoreAnswer> {
  signal?.throwIfAborted();
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.end - body.start;
  const send = new URL(url).protocol === "https:" ? httpsRequest : httpRequest;
  const request = send(url, { method, headers: { ...headers, "content-length": length } });
  request.setTimeout(stalledMs, () =>
    request.destroy(new Error(`nothing moved for ${stalledMs / 1000} s`)),
  );

  // A refusal may come first and the broken connection after it.
  request.on("error", () => {});

  const stop = new AbortController();
  const onAbort = () => request.destroy(signal!.reason);
  signal?.addEventListener("abort", onAbort, { once: true });

  let fileFault: unknown;
  async function sendBody(): Promise<void> {
    if (typeof body === "string") return void request.end(body);
    try {
      await sendRange(body, request, stop.signal, onBytes);
    } catch (error) {
      if (stop.signal.aborted || request.errored) return;
      fileFault = error;
      request.destroy(error as Error);
    }
  }

  try {
    // The store may refuse before it has read everything, so nobody waits for the sending alone.
    const answered = once(request, "response") as Promise<[IncomingMessage]>;
    const [[response]] = await Promise.all([answered.finally(() => stop.abort()), sendBody()]);

    response.setEncoding("utf8");
    let text = "";
    for await (const chunk of response) text += chunk;

    const status = response.statusCode ?? 0;
    // CompleteMultipartUpload may say 200 and then fail.
    if (status < 200 || status > 299 || text.includes("<Error>")) {
      throw storeRefusal(status < 300 ? 500 : status, text);
    }
    return { etag: response.headers.etag, text };
  } catch (error) {
    signal?.throwIfAborted();
    if (fileFault) throw fileFault;
    if (error instanceof StoreError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      { status: 0, code: "UNREACHABLE", detail: `${new URL(url).origin} (${reason})` },
      { cause: error },
    );
  } finally {
    signal?.removeEventListener("abort", onAbort);
    request.destroy();
  }
}

/** What is sent would be neither the old file nor the new one. */
export class FileChangedError extends Error {
  override readonly name = "FileChangedError";

  constructor(path: string) {
    super(`${path} changed while it was uploaded. Try again when nothing writes to it any more.`);
  }
}

async function sendRange(
  { file, start, end }: FileRange,
  request: ReturnType<typeof httpRequest>,
  stop: AbortSignal,
  onBytes: SendOptions["onBytes"],
): Promise<void> {
  let bytes = 0;
  // An empty range would read the whole file: `end` is inclusive there.
  const chunks =
    start === end ? [] : createReadStream(file.path, { start, end: end - 1, signal: stop });
  for await (const chunk of chunks as AsyncIterable<Buffer>) {
    if (!request.write(chunk)) await once(request, "drain", { signal: stop });
    bytes += chunk.length;
    onBytes?.(bytes);
  }
  if (bytes !== end - start) throw new FileChangedError(file.path);
  request.end();
}
