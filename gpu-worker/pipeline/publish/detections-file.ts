import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { FrameDetections } from "../../../contracts/detection.ts";

/** Writes one line per analysed frame, compressed. Waits while the disk is slower than the detector. */
export interface DetectionsFile extends AsyncDisposable {
  readonly write: (frame: FrameDetections) => Promise<void>;
  readonly end: () => Promise<void>;
}

export function detectionsFile(path: string): DetectionsFile {
  const gzip = createGzip({ level: 6 });
  const written = pipeline(gzip, createWriteStream(path));
  written.catch(() => {});

  return {
    async write(frame) {
      if (gzip.write(`${JSON.stringify(frame)}\n`)) return;
      await Promise.race([once(gzip, "drain"), written]);
    },
    async end() {
      gzip.end();
      await written;
    },
    // Also after an error in mid-file, whose half is worth nothing.
    async [Symbol.asyncDispose]() {
      gzip.destroy();
      await written.catch(() => {});
    },
  };
}
