import { readFile, stat } from "node:fs/promises";
import { addAbortSignal, type Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3ServiceException,
  type S3Client,
} from "@aws-sdk/client-s3";
import { PermanentError } from "../contracts/errors.ts";
import { limits } from "../contracts/limits.ts";
import type { MediaBucket, ObjectFacts } from "../contracts/ports/media-bucket.ts";
import { removeAllObjects } from "./s3-remove-all.ts";
import { uploadInParts } from "./s3-upload-in-parts.ts";

/** The media bucket on S3. */
export function s3MediaBucket({
  client,
  bucket,
}: {
  readonly client: S3Client;
  readonly bucket: string;
}): MediaBucket {
  const headOf = (key: string) =>
    client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).catch(unlessMissing);

  async function createOnce(
    key: string,
    body: Uint8Array | { path: string },
    { contentType, sha256, signal }: Parameters<MediaBucket["create"]>[2],
  ): Promise<void> {
    const object = {
      Bucket: bucket,
      Key: key,
      ContentType: contentType,
      Metadata: { sha256 },
    };
    if (!(body instanceof Uint8Array)) {
      const { size } = await stat(body.path);
      if (size >= limits.multipartBytesMin) {
        return uploadInParts({ client, object, path: body.path, size, signal });
      }
    }
    await client.send(
      new PutObjectCommand({
        ...object,
        // Read whole, not streamed: the SDK cannot repeat a stream when the connection breaks.
        Body: body instanceof Uint8Array ? body : await readFile(body.path),
        ChecksumSHA256: Buffer.from(sha256, "hex").toString("base64"),
        IfNoneMatch: "*",
      }),
      signal && { abortSignal: signal },
    );
  }

  return {
    async head(key) {
      const found = await headOf(key);
      return found && factsOf(key, { ...found, Size: found.ContentLength });
    },

    async read(key, { ifMatch, signal } = {}) {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ...(ifMatch && { IfMatch: ifMatch }),
      });
      try {
        const { Body } = await client.send(command, signal && { abortSignal: signal });
        const bytes = Body as Readable;
        // The SDK breaks the connection; this makes an AbortError of it, which no one takes for a fault.
        return signal ? addAbortSignal(signal, bytes) : bytes;
      } catch (error) {
        if (hasStatus(error, 404)) {
          throw new PermanentError("SOURCE_MISSING", `There is no object ${key}.`, {
            cause: error,
          });
        }
        if (hasStatus(error, 412)) {
          throw new PermanentError("SOURCE_CHANGED", `The object ${key} is another one now.`, {
            cause: error,
          });
        }
        throw error;
      }
    },

    async create(key, body, facts) {
      try {
        await createOnce(key, body, facts);
      } catch (error) {
        if (!hasStatus(error, 412)) throw error;
        const there = await headOf(key);
        if (there?.Metadata?.["sha256"] === facts.sha256) return;
        throw new Error(`Other bytes are at ${key} already.`, { cause: error });
      }
    },

    async replace(key, body, { contentType }) {
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }),
      );
    },

    async *list(prefix) {
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix });
      for await (const { Contents = [] } of pages) {
        for (const entry of Contents) yield factsOf(entry.Key!, entry);
      }
    },

    removeAll: (prefix) => removeAllObjects({ client, bucket, prefix }),

    async remove(key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
}

interface Entry {
  readonly Size?: number | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
}

const factsOf = (key: string, { Size, ETag, LastModified }: Entry): ObjectFacts => ({
  key,
  sizeBytes: Size ?? 0,
  etag: ETag ?? "",
  lastModified: LastModified?.getTime() ?? 0,
});

const hasStatus = (error: unknown, status: number): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === status;

function unlessMissing(error: unknown): undefined {
  // NoSuchBucket is a 404 as well, and no answer to the question.
  if (hasStatus(error, 404) && (error as Error).name !== "NoSuchBucket") return undefined;
  throw error;
}
