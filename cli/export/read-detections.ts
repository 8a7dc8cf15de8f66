import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import type { ArtifactEntry } from "../../contracts/artifact.ts";
import type { FrameDetections } from "../../contracts/detection.ts";
import { verified } from "../client/verified.ts";

/**
 * The frames of detections.ndjson.gz as it is read. Rejects at its end where it is not what the manifest says: what was
 * made of it until then must not be kept.
 */
export async function* readDetections(
  bytes: AsyncIterable<Uint8Array>,
  entry: ArtifactEntry,
): AsyncGenerator<FrameDetections> {
  const unzipped = createGunzip();
  // A fault on either side destroys `unzipped`, and so comes out of the loop.
  pipeline(verified(bytes, entry), unzipped, () => {});

  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of unzipped as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line) as FrameDetections;
  }
  if (rest !== "") yield JSON.parse(rest) as FrameDetections;
}
