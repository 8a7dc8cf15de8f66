import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody, streamBody } from "../http/request-body.ts";
import { checkPayload } from "../sigv4/verify-request.ts";
import { AwsError } from "../aws-error.ts";
import { decodeAwsChunked } from "./aws-chunked.ts";
import type { Roles, Session } from "../iam/roles.ts";
import type { BlobStore, StoredBody } from "./blob-store.ts";
import { singlePutLimits } from "./blob-store.ts";
import type { BucketStore } from "./bucket-store.ts";
import type { Checksums } from "./checksums.ts";
import { checksumAlgorithms } from "./checksums.ts";
import type { ObjectStore } from "./object-store.ts";
import type { UploadStore } from "./upload-store.ts";
import type { XmlElement, XmlValue } from "./xml.ts";
import { parseXml, xmlDocument } from "./xml.ts";

/** Everything that an S3 operation may touch. */
export interface S3Stores {
  readonly region: string;
  readonly buckets: BucketStore;
  readonly objects: ObjectStore;
  readonly uploads: UploadStore;
  readonly blobs: BlobStore;
  readonly roles: Roles;
  /** Whether a notification may be pointed at this queue. */
  readonly queueExists: (arn: string) => boolean;
}

/** One request, as it comes. */
export interface S3Request {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** One request, its signature already checked. */
export interface S3Call extends S3Request {
  readonly payloadHash: string;
  /** Who signed it; undefined is the machine's own key. */
  readonly session: Session | undefined;
}

/** Answers one kind of request. */
export type S3Operation = (stores: S3Stores, call: S3Call) => void | Promise<void>;

export function header(call: S3Request, name: string): string | undefined {
  const value = call.request.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

export function answerXml(
  { response }: S3Request,
  name: string,
  value: XmlValue,
  status = 200,
): void {
  response.writeHead(status, { "content-type": "application/xml" }).end(xmlDocument(name, value));
}

export function answerEmpty({ response }: S3Call, status: 200 | 204): void {
  response.writeHead(status).end();
}

/** The control body of the request, checked against its signed hash. */
export async function readXml(call: S3Call): Promise<{ root: XmlElement; source: string }> {
  const body = await readBody(call.request);
  checkPayload(body, call.payloadHash);
  const source = body.toString();
  return { root: parseXml(source), source };
}

/** Streams the request's body to disk and checks it against every claim that was made about it. */
export async function storeBody({ blobs }: S3Stores, call: S3Call): Promise<StoredBody> {
  if (
    header(call, "content-length") === undefined &&
    header(call, "transfer-encoding") === undefined
  ) {
    throw new AwsError(
      411,
      "MissingContentLength",
      "You must provide the Content-Length HTTP header.",
    );
  }
  const checksums: Record<string, string> = claimedChecksums(call);
  const body = streamBody(call.request);
  const decoded = call.payloadHash.startsWith("STREAMING-")
    ? decodeAwsChunked(body, (name, value) => {
        const algorithm = name.replace("x-amz-checksum-", "");
        if (algorithm !== name) checksums[algorithm] = value;
      })
    : body;

  const trailer = /x-amz-checksum-(\w+)/.exec(header(call, "x-amz-trailer") ?? "")?.[1];
  // An announced trailer makes its digest run from the first byte, before its value is known.
  if (trailer !== undefined) checksums[trailer] ??= "";
  return blobs.write(decoded, {
    claims: () => ({
      sha256Hex: /^[0-9a-f]{64}$/.test(call.payloadHash) ? call.payloadHash : undefined,
      contentMd5: header(call, "content-md5"),
      checksums,
    }),
    limits: singlePutLimits,
  });
}

/** Puts checksums into the answer's headers. */
export function setChecksumHeaders({ response }: S3Call, checksums: Checksums): void {
  const { type = "FULL_OBJECT", ...values } = checksums;
  for (const [algorithm, value] of Object.entries(values)) {
    response.setHeader(`x-amz-checksum-${algorithm}`, value);
    response.setHeader("x-amz-checksum-type", type);
  }
}

function claimedChecksums(call: S3Call): Record<string, string> {
  const claims = checksumAlgorithms.flatMap((algorithm) => {
    const name = `x-amz-checksum-${algorithm}`;
    // A presigned URL carries the claim in its query: that is the presigner's CRC32 of nothing, too.
    const value = header(call, name) ?? call.parameters.get(name);
    return value === undefined ? [] : [[algorithm, value] as const];
  });
  return Object.fromEntries(claims);
}
