import { open } from "node:fs/promises";

/** Enough for the header that Matroska begins with; its elements are some bytes each. */
const headBytes = 128;

/** Matroska's DocType ("webm" or "matroska") from a file's first bytes; undefined where there is none. */
export async function documentTypeOf(path: string): Promise<string | undefined> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  // The element's id (0x4282), its length as one byte with the highest bit set, its letters (RFC 8794).
  return /\x42\x82[\x80-\xff]([a-z]+)/.exec(buffer.toString("latin1", 0, bytesRead))?.[1];
}
