import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { artifactNames, type ArtifactEntry } from "../../../contracts/artifact.ts";
import { keys } from "../../../contracts/keys.ts";
import type { MediaBucket } from "../../../contracts/ports/media-bucket.ts";
import type { Lease } from "../../../contracts/protocol/worker-transitions.ts";
import { transferError } from "../../transfer-error.ts";
import type { Extras } from "./extras.ts";
import { fileFacts } from "./sha256.ts";
import type { Tally } from "./tally.ts";

export interface StoreDependencies {
  readonly bucket: Pick<MediaBucket, "create">;
  readonly lease: Lease;
  /** Throws once the work must end: no object is stored then. */
  readonly assertHeld: () => void;
  /** Ends a put that is under way. */
  readonly signal: AbortSignal;
}

/** Puts files under this lease's own keys, where nobody else writes, and lists them. */
export async function storeArtifacts(
  {
    folder,
    detectionsPath,
    tally,
    extras: { previewPath, sprite, posterPath },
  }: {
    folder: string;
    detectionsPath: string;
    tally: Tally;
    extras: Pick<Extras, "previewPath" | "sprite" | "posterPath">;
  },
  { bucket, lease, assertHeld, signal }: StoreDependencies,
): Promise<ArtifactEntry[]> {
  const timelinePath = join(folder, artifactNames.timeline);
  await writeFile(timelinePath, JSON.stringify(tally.timeline()));

  const files = [
    { name: artifactNames.detections, path: detectionsPath, contentType: "application/gzip" },
    { name: artifactNames.timeline, path: timelinePath, contentType: "application/json" },
    { name: artifactNames.poster, path: posterPath, contentType: "image/jpeg" },
    { name: artifactNames.sprite, path: sprite?.spritePath, contentType: "image/jpeg" },
    { name: artifactNames.thumbnails, path: sprite?.thumbnailsPath, contentType: "text/vtt" },
    { name: artifactNames.preview, path: previewPath, contentType: "video/mp4" },
  ];
  const entries: ArtifactEntry[] = [];
  for (const { name, contentType, path } of files) {
    if (path === undefined) continue;
    assertHeld();
    const { sha256, sizeBytes } = await fileFacts(path);
    const key = keys.artifact(lease.jobId, lease.run, lease.fence, name);
    await bucket.create(key, { path }, { contentType, sha256, signal }).catch((error: unknown) => {
      throw transferError(`${name} could not be stored`, error);
    });
    entries.push({ name, content_type: contentType, size_bytes: sizeBytes, sha256 });
  }
  return entries;
}
