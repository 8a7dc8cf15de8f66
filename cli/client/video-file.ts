import { stat } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";

/** A video on this machine, as it is announced and sent. */
export interface VideoFile {
  readonly path: string;
  readonly filename: string;
  readonly sizeBytes: number;
  readonly contentType: string;
  /** Epoch milliseconds; tells a changed file from the same one. */
  readonly modifiedAt: number;
}

// Only what a player would want to know: the worker looks at the bytes themselves.
const contentTypes: Readonly<Record<string, string>> = {
  ".mp4": "video/mp4",
  ".m4v": "video/mp4",
  ".mov": "video/quicktime",
  ".mkv": "video/x-matroska",
  ".webm": "video/webm",
  ".avi": "video/x-msvideo",
  ".ts": "video/mp2t",
  ".mts": "video/mp2t",
  ".mpg": "video/mpeg",
  ".mpeg": "video/mpeg",
  ".flv": "video/x-flv",
  ".gif": "image/gif",
};

/** Looks at the file, without reading it; rejects with a sentence when there is none. */
export async function videoFile(path: string): Promise<VideoFile> {
  const facts = await stat(path).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : `it cannot be read (${code})`;
    throw new Error(`${path}: ${reason}.`, { cause });
  });
  if (!facts.isFile()) throw new Error(`${path}: not a file.`);

  return {
    path: resolve(path),
    filename: basename(path),
    sizeBytes: facts.size,
    contentType: contentTypes[extname(path).toLowerCase()] ?? "application/octet-stream",
    modifiedAt: Math.trunc(facts.mtimeMs),
  };
}
