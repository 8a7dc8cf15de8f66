import { createHash } from "node:crypto";
import { AwsError } from "../aws-error.ts";
import { encodeKey } from "../http/request-target.ts";
import type { StoredBody } from "./blob-store.ts";
import { singlePutLimits } from "./blob-store.ts";
import { compositeCrc32 } from "./checksums.ts";
import { requestAttributes } from "./object-attributes.ts";
import { copySource, writeCondition } from "./object-operations.ts";
import type { S3Call, S3Operation, S3Stores } from "./s3-call.ts";
import {
  answerEmpty,
  answerXml,
  header,
  readXml,
  setChecksumHeaders,
  storeBody,
} from "./s3-call.ts";
import { invalidArgument } from "./s3-errors.ts";
import type { MultipartUpload, UploadedPart } from "./upload-store.ts";
import type { XmlElement } from "./xml.ts";
import { childrenOf, textOf } from "./xml.ts";

const partNumberMax = 10_000;
const partsPerPageMax = 1000;
/** Every part but the last must have this size. */
const partSizeBytesMin = 5 * 2 ** 20;

export const createMultipartUpload: S3Operation = ({ uploads }, call) => {
  const { bucket, key } = call;
  const id = uploads.insert({
    bucket,
    key,
    ...requestAttributes(call),
    checksumAlgorithm: header(call, "x-amz-checksum-algorithm") ?? null,
    checksumType: header(call, "x-amz-checksum-type") ?? null,
  });
  answerXml(call, "InitiateMultipartUploadResult", { Bucket: bucket, Key: key, UploadId: id });
};

export const uploadPart: S3Operation = async (stores, call) => {
  const upload = findUpload(stores, call);
  const number = Number(call.parameters.get("partNumber"));
  if (!(Number.isInteger(number) && number >= 1 && number <= partNumberMax)) {
    throw invalidArgument(
      `Part number must be an integer between 1 and ${partNumberMax}, inclusive`,
    );
  }
  const copied = header(call, "x-amz-copy-source") !== undefined;
  const body = copied ? await copyPart(stores, call) : await storeBody(stores, call);
  try {
    stores.uploads.putPart(upload, number, body);
  } catch (error) {
    stores.blobs.remove([body]);
    throw error;
  }

  if (copied) {
    answerXml(call, "CopyPartResult", { LastModified: new Date().toISOString(), ETag: body.etag });
    return;
  }
  call.response.setHeader("etag", body.etag);
  setChecksumHeaders(call, body.checksums);
  answerEmpty(call, 200);
};

export const listParts: S3Operation = (stores, call) => {
  const upload = findUpload(stores, call);
  const marker = Number(call.parameters.get("part-number-marker") ?? 0);
  const limit = Math.min(
    partsPerPageMax,
    Number(call.parameters.get("max-parts") ?? partsPerPageMax),
  );
  const found = stores.uploads.listParts(upload.id, marker, limit + 1);
  const page = found.slice(0, limit);
  answerXml(call, "ListPartsResult", {
    Bucket: upload.bucket,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts: limit,
    IsTruncated: found.length > page.length,
    StorageClass: "STANDARD",
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: new Date(part.modifiedAt).toISOString(),
      ETag: part.etag,
      Size: part.sizeBytes,
      ChecksumCRC32: part.checksums["crc32"],
    })),
  });
};

/** Makes the parts an object without copying a byte: the object is the list of their files. */
export const completeMultipartUpload: S3Operation = async (stores, call) => {
  const { bucket, key } = call;
  const upload = findUpload(stores, call);
  const { root } = await readXml(call);
  const uploaded = stores.uploads.listParts(upload.id);
  const parts = chooseParts(childrenOf(root, "Part"), uploaded);
  const checksums =
    upload.checksumAlgorithm === "CRC32" && upload.checksumType !== "FULL_OBJECT"
      ? compositeCrc32(parts.map((part) => part.checksums))
      : {};

  const object = {
    ranges: parts.map(({ blob, sizeBytes }) => ({ blob, sizeBytes })),
    sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    etag: multipartEtag(parts),
    headers: upload.headers,
    metadata: upload.metadata,
    checksums,
  };
  const change = { bucket, key, reason: "CompleteMultipartUpload" } as const;
  stores.objects.put(change, object, writeCondition(call), () => {
    // The request's body arrived meanwhile: the upload may be gone by now.
    findUpload(stores, call);
    stores.uploads.remove(upload.id);
  });
  stores.blobs.remove(uploaded.filter((part) => !parts.includes(part)));
  answerXml(call, "CompleteMultipartUploadResult", {
    Location: `http://${call.request.headers.host}/${bucket}/${encodeKey(key)}`,
    Bucket: bucket,
    Key: key,
    ETag: object.etag,
    ChecksumCRC32: checksums["crc32"],
    ChecksumType: checksums["type"],
  });
};

export const abortMultipartUpload: S3Operation = (stores, call) => {
  const upload = findUpload(stores, call);
  const parts = stores.uploads.listParts(upload.id);
  stores.uploads.remove(upload.id);
  stores.blobs.remove(parts);
  answerEmpty(call, 204);
};

export const listMultipartUploads: S3Operation = ({ uploads }, call) => {
  const prefix = call.parameters.get("prefix") ?? "";
  answerXml(call, "ListMultipartUploadsResult", {
    Bucket: call.bucket,
    KeyMarker: "",
    Prefix: prefix,
    MaxUploads: 1000,
    IsTruncated: false,
    Upload: uploads.list(call.bucket, prefix, 1000).map((upload) => ({
      Key: upload.key,
      UploadId: upload.id,
      Initiated: new Date(upload.startedAt).toISOString(),
      StorageClass: "STANDARD",
    })),
  });
};

function findUpload({ uploads }: S3Stores, { parameters, bucket, key }: S3Call): MultipartUpload {
  return uploads.get(parameters.get("uploadId") ?? "", bucket, key);
}

async function copyPart(stores: S3Stores, call: S3Call): Promise<StoredBody> {
  const source = copySource(stores, call);
  const range = /^bytes=(\d+)-(\d+)$/.exec(header(call, "x-amz-copy-source-range") ?? "");
  const [from, to] = range ? [Number(range[1]), Number(range[2])] : [0, source.sizeBytes - 1];
  return stores.blobs.write(stores.blobs.read(source.ranges, from, to), {
    claims: () => ({ checksums: {} }),
    limits: singlePutLimits,
  });
}

/** The uploaded parts that the client lists; refuses unknown, unordered and too small ones. */
function chooseParts(
  listed: readonly XmlElement[],
  uploaded: readonly UploadedPart[],
): UploadedPart[] {
  if (listed.length === 0) {
    throw new AwsError(400, "MalformedXML", "You must specify at least one part");
  }
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  const parts = listed.map((element) => {
    const number = Number(textOf(element, "PartNumber"));
    const part = byNumber.get(number);
    const etag = `"${textOf(element, "ETag")?.replaceAll('"', "")}"`;
    const crc32 = textOf(element, "ChecksumCRC32") ?? part?.checksums["crc32"];
    if (!part || part.etag !== etag || part.checksums["crc32"] !== crc32) throw invalidPart(number);
    return part;
  });

  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (!next) break;
    if (next.number <= part.number) {
      throw new AwsError(400, "InvalidPartOrder", "The list of parts was not in ascending order.");
    }
    if (part.sizeBytes < partSizeBytesMin) {
      throw new AwsError(
        400,
        "EntityTooSmall",
        "Your proposed upload is smaller than the minimum allowed size",
        {
          PartNumber: part.number,
          ProposedSize: part.sizeBytes,
          MinSizeAllowed: partSizeBytesMin,
        },
      );
    }
  }
  return parts;
}

function multipartEtag(parts: readonly UploadedPart[]): string {
  const md5 = createHash("md5");
  for (const { etag } of parts) md5.update(Buffer.from(etag.replaceAll('"', ""), "hex"));
  return `"${md5.digest("hex")}-${parts.length}"`;
}

function invalidPart(number: number): AwsError {
  return new AwsError(
    400,
    "InvalidPart",
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { PartNumber: number },
  );
}
