import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { PermanentError } from "../../contracts/errors.ts";
import type { MediaBucket, ObjectFacts } from "../../contracts/ports/media-bucket.ts";

interface Stored {
  readonly body: Uint8Array;
  readonly facts: ObjectFacts;
}

/** The media bucket's second implementation. */
export function memoryMediaBucket(now: () => number = Date.now) {
  const objects = new Map<string, Stored>();

  function store(key: string, body: Uint8Array): void {
    const etag = `"${createHash("md5").update(body).digest("hex")}"`;
    objects.set(key, {
      body,
      facts: { key, etag, sizeBytes: body.byteLength, lastModified: now() },
    });
  }

  const bucket = {
    async head(key) {
      return objects.get(key)?.facts;
    },
    async read(key, { ifMatch } = {}) {
      const stored = objects.get(key);
      if (!stored) throw new PermanentError("SOURCE_MISSING", `There is no object ${key}.`);
      if (ifMatch && ifMatch !== stored.facts.etag) {
        throw new PermanentError("SOURCE_CHANGED", `The object ${key} is another one now.`);
      }
      return (async function* () {
        yield stored.body;
      })();
    },
    async create(key, body, { sha256 }) {
      const bytes = body instanceof Uint8Array ? body : await readFile(body.path);
      const there = objects.get(key);
      if (there && createHash("sha256").update(there.body).digest("hex") !== sha256) {
        throw new Error(`Other bytes are at ${key} already.`);
      }
      if (!there) store(key, bytes);
    },
    async replace(key, body) {
      store(key, body);
    },
    async *list(prefix) {
      for (const key of [...objects.keys()].filter((each) => each.startsWith(prefix)).sort()) {
        yield objects.get(key)!.facts;
      }
    },
    async removeAll(prefix) {
      for (const key of objects.keys()) if (key.startsWith(prefix)) objects.delete(key);
    },
    async remove(key) {
      objects.delete(key);
    },
  } satisfies MediaBucket;

  return { ...bucket, objects, store };
}
