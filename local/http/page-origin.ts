import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import type { HttpRequest, HttpResponse } from "./messages.ts";
import { message } from "./messages.ts";
import type { FindFile } from "./page-files.ts";

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".mp4": "video/mp4",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".tgz": "application/gzip",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** A bucket as CloudFront reads it through its access control: objects by exact key, 403 for every other. */
export function createPageOrigin(find: FindFile) {
  return async ({ path, headers }: HttpRequest): Promise<HttpResponse> => {
    const file = await find(decodedKey(path));
    // S3 does not tell who may not list the bucket whether a key is there.
    if (!file) return message(403, "Access Denied");

    const body = await readFile(file.path);
    const etag = `"${createHash("md5").update(body).digest("hex")}"`;
    const facts = {
      etag,
      ...(file.cacheControl !== undefined && { "cache-control": file.cacheControl }),
    };
    if (headers["if-none-match"] === etag) return { status: 304, headers: facts, body: "" };
    const contentType = contentTypes[extname(file.path)] ?? "application/octet-stream";
    return { status: 200, headers: { ...facts, "content-type": contentType }, body };
  };
}

function decodedKey(path: string): string {
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    return path.slice(1);
  }
}
