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

const chunkLength = 64 * 1024;

export function detectionsFile(path: string): DetectionsFile {
  const gzip = createGzip({ level: 6 });
  const written = pipeline(gzip, createWriteStream(path));
  written.catch(() => {});

  // Each write is a round through the thread pool: not one per frame.
  let lines = "";

  return {
    async write(frame) {
      lines += `${JSON.stringify(frame)}\n`;
      if (lines.length < chunkLength) return;
      const goesOn = gzip.write(lines);
      lines = "";
      if (!goesOn) await Promise.race([once(gzip, "drain"), written]);
    },
    async end() {
      gzip.end(lines);
      await written;
    },
    // Also after an error in mid-file, whose half is worth nothing.
    async [Symbol.asyncDispose]() {
      gzip.destroy();
      await written.catch(() => {});
    },
  };
}
