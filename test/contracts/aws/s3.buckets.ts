import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketCorsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect, test } from "vitest";
import { errorOf, uniqueName } from "./endpoint.ts";
import type { S3Setup } from "./s3.setup.ts";
import { bytesOf, pageOrigin } from "./s3.setup.ts";

/** Buckets, their CORS and the configurations that deployments set. */
export function defineBucketContract(setup: () => S3Setup): void {
  const preflight = async (headers: Record<string, string>) => {
    const { s3, bucket } = setup();
    const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket: bucket, Key: "any" }));
    return fetch(url, { method: "OPTIONS", headers });
  };

  test("finds a bucket once it is made, and not once it is deleted", async () => {
    const { s3 } = setup();
    const bucket = { Bucket: uniqueName("short-lived") };

    await s3.send(new CreateBucketCommand(bucket));
    await s3.send(new HeadBucketCommand(bucket));
    await s3.send(new DeleteBucketCommand(bucket));

    expect((await errorOf(s3.send(new HeadBucketCommand(bucket))))?.name).toBe("NotFound");
  });

  test("does not delete a bucket that holds an object", async () => {
    const { s3, bucket } = setup();
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "held", Body: "x" }));

    const refusal = await errorOf(s3.send(new DeleteBucketCommand({ Bucket: bucket })));

    expect(refusal?.name).toBe("BucketNotEmpty");
  });

  test("refuses to write into a bucket that is not there", async () => {
    const { s3 } = setup();

    const put = new PutObjectCommand({ Bucket: uniqueName("nowhere"), Key: "k", Body: "x" });

    expect((await errorOf(s3.send(put)))?.name).toBe("NoSuchBucket");
  });

  test("returns the CORS rules that were put", async () => {
    const { s3, bucket } = setup();

    const { CORSRules } = await s3.send(new GetBucketCorsCommand({ Bucket: bucket }));

    expect(CORSRules).toMatchObject([
      { AllowedOrigins: [pageOrigin], ExposeHeaders: ["ETag"], MaxAgeSeconds: 300 },
    ]);
  });

  test("answers a preflight, which has no signature, as the CORS rules say", async () => {
    const response = await preflight({
      origin: pageOrigin,
      "access-control-request-method": "PUT",
      "access-control-request-headers": "content-type",
    });

    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe(pageOrigin);
    expect(response.headers.get("access-control-allow-methods")).toContain("PUT");
    expect(response.headers.get("access-control-allow-headers")).toContain("content-type");
    expect(response.headers.get("access-control-max-age")).toBe("300");
  });

  test.for([
    { what: "another origin", origin: "http://evil.example", method: "PUT" },
    { what: "another method", origin: pageOrigin, method: "DELETE" },
  ])("refuses a preflight for $what", async ({ origin, method }) => {
    const response = await preflight({ origin, "access-control-request-method": method });

    expect(response.status).toBe(403);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("leaves objects alone when configurations and tags are put", async () => {
    const { s3, bucket } = setup();
    const object = { Bucket: bucket, Key: "tagged" };
    await s3.send(new PutObjectCommand({ ...object, Body: "untouched" }));

    await s3.send(new GetBucketLocationCommand({ Bucket: bucket }));
    const PublicAccessBlockConfiguration = { BlockPublicAcls: true };
    await s3.send(
      new PutPublicAccessBlockCommand({ Bucket: bucket, PublicAccessBlockConfiguration }),
    );
    const encryption = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const } };
    const ServerSideEncryptionConfiguration = { Rules: [encryption] };
    await s3.send(
      new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration }),
    );
    const Tagging = { TagSet: [{ Key: "a", Value: "b" }] };
    await s3.send(new PutObjectTaggingCommand({ ...object, Tagging }));

    const { TagSet } = await s3.send(new GetObjectTaggingCommand(object));
    expect(TagSet).toEqual([{ Key: "a", Value: "b" }]);
    const found = await s3.send(new GetObjectCommand(object));
    expect((await bytesOf(found)).toString()).toBe("untouched");
  });
}
