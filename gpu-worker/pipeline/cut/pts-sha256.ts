import { createHash } from "node:crypto";

const timesAtOnce = 1024;

/** Digest of the times of frames, ascending, as decimal numbers with a newline after each: two probes of one file agree on it. */
export function ptsSha256(pts: Float64Array): string {
  const hash = createHash("sha256");
  // Many at once: a call costs more than the bytes of one number.
  for (let start = 0; start < pts.length; start += timesAtOnce) {
    hash.update(`${pts.subarray(start, start + timesAtOnce).join("\n")}\n`);
  }
  return hash.digest("hex");
}
