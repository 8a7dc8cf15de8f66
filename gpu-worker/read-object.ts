import type { MediaBucket } from "../contracts/ports/media-bucket.ts";

/** A small object's text; undefined where there is none. */
export async function readObject(
  bucket: Pick<MediaBucket, "head" | "read">,
  key: string,
): Promise<string | undefined> {
  if (!(await bucket.head(key))) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of await bucket.read(key)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
