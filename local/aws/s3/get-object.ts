import { pipeline } from "node:stream/promises";
import { AwsError } from "../aws-error.ts";
import { keptHeaders } from "./object-attributes.ts";
import type { StoredObject } from "./object-store.ts";
import type { S3Call, S3Operation } from "./s3-call.ts";
import { header, setChecksumHeaders } from "./s3-call.ts";
import { preconditionFailed } from "./s3-errors.ts";

/** GetObject and HeadObject: conditions, one byte range, and the query's overrides of the answer's headers. */
export const getObject: S3Operation = async (stores, call) => {
  const { response, method, parameters } = call;
  const object = stores.objects.get(call.bucket, call.key);
  response.setHeader("etag", object.etag);
  response.setHeader("last-modified", new Date(object.modifiedAt).toUTCString());
  response.setHeader("accept-ranges", "bytes");
  if (isUnchanged(call, object)) {
    response.writeHead(304).end();
    return;
  }

  const range = parseRange(header(call, "range"), object.sizeBytes);
  for (const [name, value] of Object.entries(object.headers)) response.setHeader(name, value);
  for (const [name, value] of Object.entries(object.metadata)) {
    response.setHeader(`x-amz-meta-${name}`, Buffer.from(value).toString("latin1"));
  }
  for (const name of keptHeaders) {
    const override = parameters.get(`response-${name}`);
    if (override !== undefined) response.setHeader(name, override);
  }
  if (object.tags.length > 0) response.setHeader("x-amz-tagging-count", object.tags.length);

  const { from, to } = range ?? { from: 0, to: object.sizeBytes - 1 };
  if (range) {
    response.statusCode = 206;
    response.setHeader("content-range", `bytes ${from}-${to}/${object.sizeBytes}`);
  } else if (
    (header(call, "x-amz-checksum-mode") ?? parameters.get("x-amz-checksum-mode")) === "ENABLED"
  ) {
    setChecksumHeaders(call, object.checksums);
  }
  response.setHeader("content-length", to - from + 1);
  if (method === "HEAD" || object.sizeBytes === 0) {
    response.end();
    return;
  }
  await pipeline(stores.blobs.read(object.ranges, from, to), response);
};

/** Refuses on If-Match and If-Unmodified-Since; says whether the client's copy is still good. */
function isUnchanged(call: S3Call, object: StoredObject): boolean {
  // HTTP dates have seconds.
  const modifiedAt = Math.floor(object.modifiedAt / 1000) * 1000;
  const ifMatch = header(call, "if-match");
  const ifUnmodifiedSince = header(call, "if-unmodified-since");
  if (ifMatch !== undefined) {
    if (!listsEtag(ifMatch, object.etag)) throw preconditionFailed("If-Match");
  } else if (ifUnmodifiedSince !== undefined && modifiedAt > Date.parse(ifUnmodifiedSince)) {
    throw preconditionFailed("If-Unmodified-Since");
  }

  const ifNoneMatch = header(call, "if-none-match");
  if (ifNoneMatch !== undefined) return listsEtag(ifNoneMatch, object.etag);
  const ifModifiedSince = header(call, "if-modified-since");
  return ifModifiedSince !== undefined && modifiedAt <= Date.parse(ifModifiedSince);
}

function listsEtag(list: string, etag: string): boolean {
  const bare = (text: string) => text.trim().replace(/^W\//, "").replaceAll('"', "");
  return list === "*" || list.split(",").some((each) => bare(each) === bare(etag));
}

/** The range asked for, both ends included; undefined for the whole object or a range that is not understood. */
function parseRange(
  range: string | undefined,
  sizeBytes: number,
): { from: number; to: number } | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (range === undefined || (first === "" && last === "")) return undefined;

  const from = first === "" ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const to = first === "" || last === "" ? sizeBytes - 1 : Math.min(sizeBytes - 1, Number(last));
  if (from > to) {
    throw new AwsError(416, "InvalidRange", "The requested range is not satisfiable", {
      ActualObjectSize: sizeBytes,
      RangeRequested: range,
    });
  }
  return { from, to };
}
