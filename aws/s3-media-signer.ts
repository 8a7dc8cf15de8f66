import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { limits } from "../contracts/limits.ts";
import type { MediaSigner, SignedRequest } from "../contracts/ports/media-bucket.ts";

type Signable<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = Parameters<
  typeof getSignedUrl<ServiceInputTypes, Input, Output>
>[1];

/** Presigned requests. A content length is signed without being told: every client sends it by itself, none lets it be set. */
export function s3MediaSigner({
  client,
  bucket,
  now,
}: {
  readonly client: S3Client;
  readonly bucket: string;
  readonly now: () => number;
}): MediaSigner {
  async function sign<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    method: SignedRequest["method"],
    command: Signable<Input, Output>,
    headers: Record<string, string> = {},
  ): Promise<SignedRequest> {
    const at = now();
    const url = await getSignedUrl(client, command, {
      expiresIn: limits.presignSeconds,
      signingDate: new Date(at),
      signableHeaders: new Set(Object.keys(headers)),
      // The presigner would move these into the query, where no client is bound by them.
      unhoistableHeaders: new Set(Object.keys(headers)),
    });
    return { method, url, headers, expiresAt: at + limits.presignSeconds * 1000 };
  }

  const neverOver = { "if-none-match": "*" };

  return {
    get: (key, { filename, contentType } = {}) =>
      sign(
        "GET",
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          ...(contentType && { ResponseContentType: contentType }),
          ...(filename && { ResponseContentDisposition: attachment(filename) }),
        }),
      ),

    put(key, { sizeBytes, contentType, sha256 }) {
      const checksum = sha256 && Buffer.from(sha256, "hex").toString("base64");
      return sign(
        "PUT",
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          ContentLength: sizeBytes,
          ContentType: contentType,
          IfNoneMatch: "*",
          ...(checksum && { ChecksumSHA256: checksum }),
        }),
        {
          "content-type": contentType,
          ...neverOver,
          ...(checksum && { "x-amz-checksum-sha256": checksum }),
        },
      );
    },

    createMultipart: (key, { contentType }) =>
      sign(
        "POST",
        new CreateMultipartUploadCommand({ Bucket: bucket, Key: key, ContentType: contentType }),
        { "content-type": contentType },
      ),

    uploadPart: (key, { uploadId, partNumber, sizeBytes }) =>
      sign(
        "PUT",
        new UploadPartCommand({
          Bucket: bucket,
          Key: key,
          UploadId: uploadId,
          PartNumber: partNumber,
          ContentLength: sizeBytes,
        }),
      ),

    listParts: (key, { uploadId }) =>
      sign("GET", new ListPartsCommand({ Bucket: bucket, Key: key, UploadId: uploadId })),

    completeMultipart: (key, { uploadId }) =>
      sign(
        "POST",
        new CompleteMultipartUploadCommand({
          Bucket: bucket,
          Key: key,
          UploadId: uploadId,
          IfNoneMatch: "*",
        }),
        neverOver,
      ),

    abortMultipart: (key, { uploadId }) =>
      sign(
        "DELETE",
        new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }),
      ),
  };
}

/** RFC 6266: the plain name for old clients, the real one in UTF-8. */
function attachment(filename: string): string {
  const plain = filename.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  // Jobs of before may have half a surrogate pair in their video's name, which no UTF-8 says.
  const encoded = encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
