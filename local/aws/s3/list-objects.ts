import { encodeKey } from "../http/request-target.ts";
import type { ObjectStore, StoredObject } from "./object-store.ts";
import type { S3Operation } from "./s3-call.ts";
import { answerXml } from "./s3-call.ts";

const keysPerPageMax = 1000;
/** Sorts after every key that begins with what stands before it. */
const lastCharacter = "\u{10FFFF}";

/** ListObjectsV2, and version 1 for clients that still send it. */
export const listObjects: S3Operation = ({ objects }, call) => {
  const { bucket, parameters } = call;
  const version2 = parameters.get("list-type") === "2";
  const prefix = parameters.get("prefix") ?? "";
  const delimiter = parameters.get("delimiter") || undefined;
  const token = parameters.get("continuation-token");
  const startAfter = parameters.get("start-after");
  const marker = parameters.get("marker") ?? "";
  const limit = Math.min(keysPerPageMax, Number(parameters.get("max-keys") ?? keysPerPageMax));
  const encodeUrl = parameters.get("encoding-type") === "url";
  const encode = (key: string) => (encodeUrl ? encodeKey(key).replaceAll("%20", "+") : key);

  const resumeAt = token === undefined ? startAfter : Buffer.from(token, "base64url").toString();
  const after = version2 ? (resumeAt ?? "") : marker;
  const page = listPage(objects, bucket, { prefix, delimiter, after, limit });
  const next = page.isTruncated ? page.last : undefined;
  const paging = version2
    ? {
        KeyCount: page.contents.length + page.commonPrefixes.length,
        ContinuationToken: token,
        StartAfter: startAfter === undefined ? undefined : encode(startAfter),
        NextContinuationToken:
          next === undefined ? undefined : Buffer.from(next).toString("base64url"),
      }
    : { Marker: encode(marker), NextMarker: next === undefined ? undefined : encode(next) };

  answerXml(call, "ListBucketResult", {
    Name: bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === undefined ? undefined : encode(delimiter),
    MaxKeys: limit,
    EncodingType: encodeUrl ? "url" : undefined,
    IsTruncated: page.isTruncated,
    ...paging,
    Contents: page.contents.map((object) => ({
      Key: encode(object.key),
      LastModified: new Date(object.modifiedAt).toISOString(),
      ETag: object.etag,
      Size: object.sizeBytes,
      StorageClass: "STANDARD",
    })),
    CommonPrefixes: page.commonPrefixes.map((each) => ({ Prefix: encode(each) })),
  });
};

interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly after: string;
  readonly limit: number;
}

function listPage(objects: ObjectStore, bucket: string, request: PageRequest) {
  const { prefix, delimiter, limit } = request;
  const contents: StoredObject[] = [];
  const commonPrefixes: string[] = [];
  const page = (isTruncated: boolean, last: string) => ({
    contents,
    commonPrefixes,
    isTruncated,
    last,
  });
  let after = request.after;
  let inclusive = after < prefix;
  if (inclusive) after = prefix;

  for (;;) {
    const batch = objects.list(bucket, after, inclusive, delimiter === undefined ? limit + 1 : 200);
    inclusive = false;
    if (batch.length === 0) return page(false, after);
    for (const object of batch) {
      if (!object.key.startsWith(prefix)) return page(false, after);
      if (contents.length + commonPrefixes.length >= limit) return page(true, after);
      const cut = delimiter === undefined ? -1 : object.key.indexOf(delimiter, prefix.length);
      if (delimiter !== undefined && cut >= 0) {
        const commonPrefix = object.key.slice(0, cut + delimiter.length);
        commonPrefixes.push(commonPrefix);
        after = `${commonPrefix}${lastCharacter}`;
        // Everything below this prefix is said: ask the table to go on behind it.
        break;
      }
      contents.push(object);
      after = object.key;
    }
  }
}
