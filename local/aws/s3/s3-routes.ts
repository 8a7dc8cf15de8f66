import {
  createBucket,
  deleteBucket,
  deleteBucketCors,
  deleteStored,
  getBucketCors,
  getBucketLocation,
  getBucketNotification,
  getStored,
  headBucket,
  putBucketCors,
  putBucketNotification,
  putStored,
} from "./bucket-operations.ts";
import { getObject } from "./get-object.ts";
import { listObjects } from "./list-objects.ts";
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  uploadPart,
} from "./multipart-operations.ts";
import {
  copyObject,
  deleteObject,
  deleteObjects,
  deleteObjectTagging,
  getObjectTagging,
  putObject,
  putObjectTagging,
} from "./object-operations.ts";
import type { S3Operation, S3Request } from "./s3-call.ts";
import { header } from "./s3-call.ts";
import { notImplemented } from "./s3-errors.ts";

type Routes = Readonly<Record<string, S3Operation>>;

const stored = (name: string): Routes => ({
  PUT: putStored(name),
  GET: getStored(name),
  DELETE: deleteStored(name),
});

/** By sub-resource in the query. One that is not listed is refused, never taken for the operation without it. */
const bucketRoutes: Readonly<Record<string, Routes>> = {
  cors: { PUT: putBucketCors, GET: getBucketCors, DELETE: deleteBucketCors },
  notification: { PUT: putBucketNotification, GET: getBucketNotification },
  location: { GET: getBucketLocation },
  uploads: { GET: listMultipartUploads },
  delete: { POST: deleteObjects },
  encryption: stored("encryption"),
  lifecycle: stored("lifecycle"),
  ownershipControls: stored("ownershipControls"),
  policy: stored("policy"),
  publicAccessBlock: stored("publicAccessBlock"),
  tagging: stored("tagging"),
};
const plainBucketRoutes: Routes = {
  PUT: createBucket,
  HEAD: headBucket,
  GET: listObjects,
  DELETE: deleteBucket,
};

const objectRoutes: Readonly<Record<string, Routes>> = {
  tagging: { PUT: putObjectTagging, GET: getObjectTagging, DELETE: deleteObjectTagging },
  uploads: { POST: createMultipartUpload },
  uploadId: {
    PUT: uploadPart,
    POST: completeMultipartUpload,
    GET: listParts,
    DELETE: abortMultipartUpload,
  },
};
const plainObjectRoutes: Routes = {
  PUT: putObject,
  HEAD: getObject,
  GET: getObject,
  DELETE: deleteObject,
};

/** Query parameters that qualify an operation. Any other bare name is a sub-resource. */
const qualifiers =
  /^(x-id$|x-amz-|X-Amz-|response-|list-type$|prefix$|delimiter$|marker$|max-|encoding-type$|continuation-token$|start-after$|fetch-owner$|part-?number|partNumber$|key-marker$|upload-id-marker$|if-)/;

/** The operation that a request on a bucket or an object means. */
export function chooseOperation(call: S3Request): S3Operation {
  const onObject = call.key !== "";
  const routes = onObject ? objectRoutes : bucketRoutes;
  const subresource = [...call.parameters.keys()].find((name) => !qualifiers.test(name));
  const plain = onObject ? plainObjectRoutes : plainBucketRoutes;
  const operation = (subresource === undefined ? plain : routes[subresource])?.[call.method];
  if (!operation) throw notImplemented(`${call.method} with ?${subresource ?? ""}`);

  const copies = operation === putObject && header(call, "x-amz-copy-source") !== undefined;
  return copies ? copyObject : operation;
}

/** Whether the operation makes the bucket, so that it need not be there. */
export function makesBucket(operation: S3Operation): boolean {
  return operation === createBucket;
}
