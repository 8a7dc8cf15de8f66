import { CreateBucketCommand, PutBucketCorsCommand } from "@aws-sdk/client-s3";
import { beforeAll, describe } from "vitest";
import type { AwsEndpoint } from "./endpoint.ts";
import { defaultS3Client, s3Client, uniqueName } from "./endpoint.ts";
import { defineBucketContract } from "./s3.buckets.ts";
import { defineKeyContract } from "./s3.keys.ts";
import { defineMultipartContract } from "./s3.multipart.ts";
import { defineObjectContract } from "./s3.objects.ts";
import { definePublicationContract } from "./s3.publication.ts";
import { definePostContract } from "./s3.presigned-post.ts";
import { definePresignedPutContract } from "./s3.presigned-put.ts";
import type { S3Setup } from "./s3.setup.ts";
import { pageOrigin } from "./s3.setup.ts";

/** What Framequeue relies on S3 for. `connect` is asked once, before the first test. */
export function defineS3Contract(connect: () => AwsEndpoint): void {
  let current: S3Setup | undefined;
  const setup = (): S3Setup => {
    if (!current) throw new Error("the setup is there once the tests run");
    return current;
  };

  beforeAll(async () => {
    const endpoint = connect();
    const s3 = s3Client(endpoint);
    const bucket = uniqueName("contract");
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const rule = {
      AllowedMethods: ["GET", "PUT", "POST", "HEAD"],
      AllowedOrigins: [pageOrigin],
      AllowedHeaders: ["*"],
      ExposeHeaders: ["ETag"],
      MaxAgeSeconds: 300,
    };
    const CORSConfiguration = { CORSRules: [rule] };
    await s3.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration }));
    current = { endpoint, s3, checksummingS3: defaultS3Client(endpoint), bucket };
  });

  describe("buckets", () => {
    defineBucketContract(setup);
  });
  describe("objects", () => {
    defineObjectContract(setup);
  });
  describe("publication", () => {
    definePublicationContract(setup);
  });
  describe("keys", () => {
    defineKeyContract(setup);
  });
  describe("presigned PUT", () => {
    definePresignedPutContract(setup);
  });
  describe("presigned POST", () => {
    definePostContract(setup);
  });
  describe("multipart upload", () => {
    defineMultipartContract(setup);
  });
}
