import { open } from "node:fs/promises";
import { PermanentError, RetryableError } from "../contracts/errors.ts";
import type { Source } from "../contracts/job.ts";
import { limits } from "../contracts/limits.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";
import { stallWatch } from "./pipeline/stall-watch.ts";
import { transferError } from "./transfer-error.ts";

/** Brings the very object that the job is about to a local file; ffmpeg never sees an address. */
export async function fetchSource(
  source: Source,
  path: string,
  {
    bucket,
    signal,
    advance,
  }: { bucket: Pick<MediaBucket, "read">; signal: AbortSignal; advance: () => void },
): Promise<void> {
  if (source.sizeBytes === 0) throw new PermanentError("UPLOAD_EMPTY", "The file has no bytes.");

  await using file = await open(path, "wx");
  let sizeBytes = 0;
  const counts = () => `${sizeBytes} of ${source.sizeBytes} bytes`;
  const stalled = new AbortController();
  const watch = stallWatch(limits.fetchIdleSeconds, () => stalled.abort());
  // Until the bucket answers it is the client that gives up and tries again.
  watch.pause();
  const until = AbortSignal.any([signal, stalled.signal]);
  try {
    for await (const chunk of await bucket.read(source.key, {
      ifMatch: source.etag,
      signal: until,
    })) {
      watch.pause();
      until.throwIfAborted();
      await file.writeFile(chunk);
      sizeBytes += chunk.byteLength;
      advance();
      watch.advanced();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!watch.stalled) throw transferError(`The download broke off after ${counts()}`, error);
    const why = `The download stalled: nothing came for ${limits.fetchIdleSeconds} s after ${counts()}.`;
    throw new RetryableError("WORKER_FAILED", why, { cause: error });
  } finally {
    watch.end();
  }
  if (sizeBytes !== source.sizeBytes) {
    throw new RetryableError("WORKER_FAILED", `The download ended early: ${counts()} came.`);
  }
}
