import { AwsError } from "../aws-error.ts";
import { s3Attempts } from "../iam/attempt-of.ts";
import { parseRequestTarget } from "../http/request-target.ts";
import { requestAttributes } from "./object-attributes.ts";
import type { StoredObject, WriteCondition } from "./object-store.ts";
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
import { childrenOf, textOf } from "./xml.ts";

export const putObject: S3Operation = async (stores, call) => {
  const { bucket, key } = call;
  const body = await storeBody(stores, call);
  try {
    const object = { ...requestAttributes(call), ...body, ranges: [body] };
    stores.objects.put({ bucket, key, reason: "PutObject" }, object, writeCondition(call));
  } catch (error) {
    stores.blobs.remove([body]);
    throw error;
  }
  call.response.setHeader("etag", body.etag);
  setChecksumHeaders(call, body.checksums);
  answerEmpty(call, 200);
};

export const copyObject: S3Operation = (stores, call) => {
  const { bucket, key } = call;
  const source = copySource(stores, call);
  const replace = header(call, "x-amz-metadata-directive") === "REPLACE";
  const ranges = stores.blobs.duplicate(source.ranges);
  const object = { ...source, ...(replace && requestAttributes(call)), ranges };
  let copy: StoredObject;
  try {
    copy = stores.objects.put({ bucket, key, reason: "CopyObject" }, object, writeCondition(call));
  } catch (error) {
    stores.blobs.remove(ranges);
    throw error;
  }
  answerXml(call, "CopyObjectResult", {
    LastModified: new Date(copy.modifiedAt).toISOString(),
    ETag: copy.etag,
  });
};

export const deleteObject: S3Operation = ({ objects }, call) => {
  objects.remove(call.bucket, call.key);
  answerEmpty(call, 204);
};

export const deleteObjects: S3Operation = async ({ objects, roles }, call) => {
  const { root } = await readXml(call);
  const keys = childrenOf(root, "Object").map((object) => textOf(object, "Key") ?? "");
  if (keys.length === 0 || keys.length > 1000) {
    throw new AwsError(400, "MalformedXML", "A request deletes between 1 and 1000 objects");
  }
  const { bucket, session } = call;
  const removed: { Key: string }[] = [];
  const refused: { Key: string; Code: string; Message: string }[] = [];
  for (const Key of keys) {
    try {
      roles.check(session, s3Attempts({ method: "DELETE", bucket, key: Key }));
      objects.remove(bucket, Key);
      removed.push({ Key });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      refused.push({ Key, Code: error.code, Message: error.message });
    }
  }
  const quiet = textOf(root, "Quiet") === "true";
  answerXml(call, "DeleteResult", { ...(!quiet && { Deleted: removed }), Error: refused });
};

export const getObjectTagging: S3Operation = ({ objects }, call) => {
  const { tags } = objects.get(call.bucket, call.key);
  answerXml(call, "Tagging", { TagSet: { Tag: tags } });
};

export const putObjectTagging: S3Operation = async ({ objects }, call) => {
  const { root } = await readXml(call);
  const tags = childrenOf(root, "TagSet")
    .flatMap((set) => childrenOf(set, "Tag"))
    .map((tag) => ({ Key: textOf(tag, "Key") ?? "", Value: textOf(tag, "Value") ?? "" }));
  objects.get(call.bucket, call.key);
  objects.setTags(call.bucket, call.key, tags);
  answerEmpty(call, 200);
};

export const deleteObjectTagging: S3Operation = ({ objects }, call) => {
  objects.get(call.bucket, call.key);
  objects.setTags(call.bucket, call.key, []);
  answerEmpty(call, 204);
};

/** The condition under which a write may happen; a presigned URL may carry it in its query. */
export function writeCondition(call: S3Call): WriteCondition {
  const read = (name: string) => header(call, name) ?? call.parameters.get(name);
  return { ifNoneMatch: read("if-none-match"), ifMatch: read("if-match") };
}

/** The object that x-amz-copy-source names. */
export function copySource({ buckets, objects }: S3Stores, call: S3Call): StoredObject {
  const { segments } = parseRequestTarget(header(call, "x-amz-copy-source") ?? "");
  const [bucket = "", ...keySegments] = segments[0] === "" ? segments.slice(1) : segments;
  if (keySegments.length === 0) {
    throw invalidArgument("Copy Source must mention the source bucket and key");
  }
  buckets.get(bucket);
  return objects.get(bucket, keySegments.join("/"));
}
