import { createHash } from "node:crypto";

/** Digest of the times of frames, ascending, as decimal numbers with a newline after each: two probes of one file agree on it. */
export function ptsSha256(pts: Float64Array): string {
  const hash = createHash("sha256");
  for (const time of pts) hash.update(`${time}\n`);
  return hash.digest("hex");
}
