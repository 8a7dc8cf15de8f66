import { open } from "node:fs/promises";
import { PermanentError, RetryableError } from "../contracts/errors.ts";
import type { Source } from "../contracts/job.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";

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
  for await (const chunk of await bucket.read(source.key, { ifMatch: source.etag, signal })) {
    signal.throwIfAborted();
    await file.writeFile(chunk);
    sizeBytes += chunk.byteLength;
    advance();
  }
  if (sizeBytes !== source.sizeBytes) {
    const counts = `${sizeBytes} of ${source.sizeBytes} bytes`;
    throw new RetryableError("WORKER_FAILED", `The download ended early: ${counts} came.`);
  }
}
