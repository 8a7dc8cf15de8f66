import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect, test } from "vitest";
import { errorOf, s3Client } from "./endpoint.ts";
import type { S3Setup } from "./s3.setup.ts";
import { bytesOf } from "./s3.setup.ts";

/** Reading, writing and conditions on single objects. */
export function defineObjectContract(setup: () => S3Setup): void {
  const put = (s3: S3Client, Key: string, Body: string, condition = {}) =>
    s3.send(new PutObjectCommand({ Bucket: setup().bucket, Key, Body, ...condition }));
  const read = async (Key: string) => {
    const { s3, bucket } = setup();
    return (await bytesOf(await s3.send(new GetObjectCommand({ Bucket: bucket, Key })))).toString();
  };

  test("returns the bytes, type, metadata, ETag and checksum that were put", async () => {
    const { checksummingS3: s3, bucket } = setup();
    const Body = randomBytes(100_000);
    const object = { Bucket: bucket, Key: "plain", Body, ContentType: "video/mp4" };

    const stored = await s3.send(new PutObjectCommand({ ...object, Metadata: { owner: "u1" } }));
    const found = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "plain" }));

    expect(await bytesOf(found)).toEqual(Body);
    expect(found.ETag).toBe(`"${createHash("md5").update(Body).digest("hex")}"`);
    expect(stored.ETag).toBe(found.ETag);
    expect(found.ContentType).toBe("video/mp4");
    expect(found.Metadata).toEqual({ owner: "u1" });
    expect(found.ChecksumCRC32).toBe(stored.ChecksumCRC32);
    expect(stored.ChecksumCRC32).toBeDefined();
  });

  test("decodes a streamed body that has its checksum in a trailer", async () => {
    const { checksummingS3: s3, bucket } = setup();
    const bytes = randomBytes(300_000);
    const Body = Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]);

    const object = { Bucket: bucket, Key: "streamed", Body, ContentLength: bytes.length };
    await s3.send(new PutObjectCommand(object));
    const found = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "streamed" }));

    expect(await bytesOf(found)).toEqual(bytes);
  });

  test.for([
    { name: "CRC32", claim: { ChecksumCRC32: "AAAAAA==" } },
    { name: "SHA-256", claim: { ChecksumSHA256: Buffer.alloc(32).toString("base64") } },
    { name: "Content-MD5", claim: { ContentMD5: Buffer.alloc(16).toString("base64") } },
  ])("refuses a body whose $name is another, and keeps nothing of it", async ({ claim }) => {
    const { s3, bucket } = setup();

    const refusal = await errorOf(put(s3, "bad-digest", "hello", claim));
    const absent = await errorOf(
      s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "bad-digest" })),
    );

    expect(refusal?.name).toBe("BadDigest");
    expect(absent?.name).toBe("NotFound");
  });

  test("takes a single PUT of 60 MB", async () => {
    const { s3, bucket } = setup();
    const Body = Buffer.alloc(60 * 2 ** 20, 9);

    const stored = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "large", Body }));

    expect(stored.ETag).toBe(`"${createHash("md5").update(Body).digest("hex")}"`);
  });

  test("says what is missing: NoSuchKey to a GET, NotFound to a HEAD", async () => {
    const { s3, bucket } = setup();
    const missing = { Bucket: bucket, Key: "missing" };

    expect((await errorOf(s3.send(new GetObjectCommand(missing))))?.name).toBe("NoSuchKey");
    expect((await errorOf(s3.send(new HeadObjectCommand(missing))))?.name).toBe("NotFound");
  });

  test("deletes what is not there without complaint", async () => {
    const { s3, bucket } = setup();

    const answer = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "never" }));

    expect(answer.$metadata.httpStatusCode).toBe(204);
  });

  test.for([
    { range: "bytes=0-99", from: 0, to: 100 },
    { range: "bytes=900-", from: 900, to: 1000 },
    { range: "bytes=-50", from: 950, to: 1000 },
    { range: "bytes=990-5000", from: 990, to: 1000 },
  ])("answers the range $range through a presigned URL", async ({ range, from, to }) => {
    const { s3, bucket } = setup();
    const Body = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "ranged", Body }));
    const ResponseContentDisposition = 'attachment; filename="x.mp4"';
    const get = new GetObjectCommand({ Bucket: bucket, Key: "ranged", ResponseContentDisposition });

    const response = await fetch(await getSignedUrl(s3, get), { headers: { range } });

    expect(response.status).toBe(206);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Body.subarray(from, to));
    expect(response.headers.get("content-range")).toBe(`bytes ${from}-${to - 1}/1000`);
    expect(response.headers.get("accept-ranges")).toBe("bytes");
    expect(response.headers.get("content-disposition")).toBe(ResponseContentDisposition);
  });

  test("refuses a range behind the end", async () => {
    const { s3, bucket } = setup();
    await put(s3, "short", "1234");

    const get = new GetObjectCommand({ Bucket: bucket, Key: "short", Range: "bytes=50-60" });
    const refusal = await errorOf(s3.send(get));

    expect(refusal?.name).toBe("InvalidRange");
    expect(refusal?.$metadata?.httpStatusCode).toBe(416);
  });

  test("creates with If-None-Match only where nothing is", async () => {
    const { s3 } = setup();
    await put(s3, "once", "1", { IfNoneMatch: "*" });

    const refusal = await errorOf(put(s3, "once", "2", { IfNoneMatch: "*" }));

    expect(refusal?.name).toBe("PreconditionFailed");
    expect(refusal?.$metadata?.httpStatusCode).toBe(412);
    expect(await read("once")).toBe("1");
  });

  test("lets one of twenty parallel creators win", async () => {
    const { s3 } = setup();

    const creators = Array.from({ length: 20 }, (_, index) =>
      errorOf(put(s3, "race", String(index), { IfNoneMatch: "*" })),
    );
    const refusals = (await Promise.all(creators)).filter((refusal) => refusal !== undefined);

    expect(refusals.map(({ name }) => name)).toEqual(Array(19).fill("PreconditionFailed"));
  });

  test("replaces with If-Match only what the writer has seen", async () => {
    const { s3 } = setup();
    const { ETag } = await put(s3, "compared", "1");

    const refusal = await errorOf(put(s3, "compared", "2", { IfMatch: '"deadbeef"' }));
    await put(s3, "compared", "3", { IfMatch: ETag });

    expect(refusal?.name).toBe("PreconditionFailed");
    expect(await read("compared")).toBe("3");
  });

  test("answers 304 to a GET whose If-None-Match names the object", async () => {
    const { s3, bucket } = setup();
    const { ETag } = await put(s3, "cached", "1");

    const get = new GetObjectCommand({ Bucket: bucket, Key: "cached", IfNoneMatch: ETag });
    const refusal = await errorOf(s3.send(get));

    expect(refusal?.$metadata?.httpStatusCode).toBe(304);
  });

  test("copies bytes, type and metadata, and the copy outlives its source", async () => {
    const { s3, bucket } = setup();
    await put(s3, "source", "copied", { ContentType: "text/plain", Metadata: { a: "b" } });

    const copy = { Bucket: bucket, Key: "copy", CopySource: `${bucket}/source` };
    await s3.send(new CopyObjectCommand(copy));
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "source" }));
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "copy" }));

    expect(await read("copy")).toBe("copied");
    expect(head.ContentType).toBe("text/plain");
    expect(head.Metadata).toEqual({ a: "b" });
  });

  test("refuses a reader without a signature", async () => {
    const { s3, bucket } = setup();
    await put(s3, "secret", "1");
    const signed = await getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: "secret" }));

    const response = await fetch(signed.slice(0, signed.indexOf("?")));

    expect(response.status).toBe(403);
    expect(await response.text()).toContain("<Code>AccessDenied</Code>");
  });

  test("refuses a signature made with another secret", async () => {
    const { bucket, endpoint } = setup();
    const stranger = s3Client(endpoint, "wrong");

    const refusal = await errorOf(
      stranger.send(new GetObjectCommand({ Bucket: bucket, Key: "plain" })),
    );

    expect(refusal?.name).toBe("SignatureDoesNotMatch");
  });
}
