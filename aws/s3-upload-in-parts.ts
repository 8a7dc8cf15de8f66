import { open } from "node:fs/promises";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  type CompletedPart,
  type CreateMultipartUploadCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { limits } from "../contracts/limits.ts";

/** Stores a large file as a new object, never over another, with one part in memory. Each part can be repeated. */
export async function uploadInParts({
  client,
  object,
  path,
  size,
  signal,
}: {
  client: S3Client;
  object: CreateMultipartUploadCommandInput;
  path: string;
  size: number;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const until = signal && { abortSignal: signal };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object), until);
  const upload = { Bucket: object.Bucket, Key: object.Key, UploadId };
  const partBytes = Math.max(limits.partBytesMin, Math.ceil(size / limits.partsMax));

  try {
    const parts: CompletedPart[] = [];
    await using file = await open(path);
    for (let start = 0; start < size; start += partBytes) {
      const PartNumber = parts.length + 1;
      const body = Buffer.alloc(Math.min(partBytes, size - start));
      const { bytesRead } = await file.read(body, 0, body.length, start);
      if (bytesRead !== body.length) throw new Error(`${path} became shorter while it was read.`);
      const { ETag } = await client.send(
        new UploadPartCommand({ ...upload, PartNumber, Body: body }),
        until,
      );
      parts.push({ PartNumber, ETag });
    }
    await client.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        MultipartUpload: { Parts: parts },
        IfNoneMatch: "*",
      }),
      until,
    );
  } catch (error) {
    // Parts of an unfinished upload cost money until the bucket's lifecycle rule takes them.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}
