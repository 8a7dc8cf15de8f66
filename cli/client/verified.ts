import { createHash } from "node:crypto";
import type { ArtifactEntry } from "../../contracts/artifact.ts";
import { CommandError } from "../faults.ts";

/** The bytes as they come; rejects behind the last where size or digest are not those that are promised. */
export async function* verified(
  bytes: AsyncIterable<Uint8Array>,
  { name, sha256, size_bytes }: Pick<ArtifactEntry, "name" | "sha256" | "size_bytes">,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    sizeBytes += chunk.length;
    yield chunk;
  }
  const digest = hash.digest("hex");
  if (digest === sha256 && sizeBytes === size_bytes) return;
  throw new CommandError(`${name}: the bytes are not those of the manifest.`, {
    hint: `sha256 should be ${sha256} (${size_bytes} bytes), is ${digest} (${sizeBytes} bytes). Nothing was saved.`,
  });
}
