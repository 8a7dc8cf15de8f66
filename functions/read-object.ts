import { PermanentError } from "../contracts/errors.ts";
import { limits } from "../contracts/limits.ts";
import type { MediaBucket } from "../contracts/ports/media-bucket.ts";

/** The bytes of one of our own small objects; undefined when there is none. */
export async function readObject(bucket: MediaBucket, key: string): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of await bucket.read(key)) {
      bytes += chunk.byteLength;
      if (bytes > limits.documentBytesMax) throw new Error(`${key} is too large to be ours.`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof PermanentError && error.code === "SOURCE_MISSING") return undefined;
    throw error;
  }
  return Buffer.concat(chunks);
}
