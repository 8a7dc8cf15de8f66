import { createHash } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { errorOf } from "./endpoint.ts";
import type { S3Setup } from "./s3.setup.ts";
import { bytesOf } from "./s3.setup.ts";

/** What publishing and reading results rests on: written once, seen at once, read as it was. */
export function definePublicationContract(setup: () => S3Setup): void {
  const put = (Key: string, Body: string, more: Partial<PutObjectCommandInput> = {}) =>
    setup().s3.send(new PutObjectCommand({ Bucket: setup().bucket, Key, Body, ...more }));
  const head = (Key: string) =>
    setup().s3.send(new HeadObjectCommand({ Bucket: setup().bucket, Key }));
  const keysUnder = async (Prefix: string, more = {}) => {
    const page = await setup().s3.send(
      new ListObjectsV2Command({ Bucket: setup().bucket, Prefix, ...more }),
    );
    return (page.Contents ?? []).map(({ Key }) => Key);
  };

  // "PutObject" and "Checking object integrity in Amazon S3"
  test("takes a body whose SHA-256 is the one it came with", async () => {
    const ChecksumSHA256 = createHash("sha256").update("exact").digest("base64");

    const stored = await put("pub/exact", "exact", { ChecksumSHA256 });

    expect(stored.ChecksumSHA256).toBe(ChecksumSHA256);
  });

  test("keeps the first body, its metadata and its time when a second creator is refused", async () => {
    await put("pub/kept", "first", { IfNoneMatch: "*", Metadata: { sha256: "one" } });
    const before = await head("pub/kept");

    await errorOf(put("pub/kept", "second", { IfNoneMatch: "*", Metadata: { sha256: "two" } }));
    const after = await head("pub/kept");

    expect(after.Metadata).toEqual({ sha256: "one" });
    expect([after.ETag, after.LastModified]).toEqual([before.ETag, before.LastModified]);
  });

  // "Conditional writes": there is nothing in the way once the object is deleted.
  test("creates with If-None-Match again what was deleted", async () => {
    const { s3, bucket } = setup();
    await put("pub/again", "1", { IfNoneMatch: "*" });
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "pub/again" }));

    await put("pub/again", "2", { IfNoneMatch: "*" });

    expect((await head("pub/again")).ContentLength).toBe(1);
  });

  test("keeps an object of no bytes", async () => {
    await put("pub/empty", "");

    expect((await head("pub/empty")).ContentLength).toBe(0);
    expect(await keysUnder("pub/empty")).toEqual(["pub/empty"]);
  });

  // "GetObject", If-Match
  test("refuses to read with If-Match what has been replaced", async () => {
    const { s3, bucket } = setup();
    const { ETag: IfMatch } = await put("pub/source", "before");
    const get = () => s3.send(new GetObjectCommand({ Bucket: bucket, Key: "pub/source", IfMatch }));
    expect((await bytesOf(await get())).toString()).toBe("before");
    await put("pub/source", "after");

    const refusal = await errorOf(get());

    expect(refusal?.$metadata?.httpStatusCode).toBe(412);
  });

  test("says that what it was asked for with If-Match is not there", async () => {
    const { s3, bucket } = setup();

    const refusal = await errorOf(
      s3.send(new GetObjectCommand({ Bucket: bucket, Key: "pub/none", IfMatch: '"1"' })),
    );

    expect(refusal?.$metadata?.httpStatusCode).toBe(404);
  });

  // "Amazon S3 data consistency model"
  test("shows a write, a replacement and a deletion to the next reader and the next list", async () => {
    const { s3, bucket } = setup();
    const sizes: (number | undefined)[] = [];
    const lists: unknown[] = [];
    for (let turn = 0; turn < 5; turn++) {
      await put("pub/now", "x".repeat(turn + 1));
      sizes.push((await head("pub/now")).ContentLength);
      lists.push(await keysUnder("pub/now"));
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "pub/now" }));
      lists.push(await keysUnder("pub/now"));
    }

    expect(sizes).toEqual([1, 2, 3, 4, 5]);
    expect(lists).toEqual(Array.from({ length: 5 }, () => [["pub/now"], []]).flat());
  });

  // "ListObjectsV2": in order of the keys' UTF-8 bytes
  test("lists keys by their bytes, not by a language", async () => {
    const keys = ["A", "Z", "_", "a", "z", "é", "漢", "🎬"].map((end) => `pub/order/${end}`);
    for (const key of keys.toReversed()) await put(key, "x");

    expect(await keysUnder("pub/order/")).toEqual(keys);
  });

  test("starts a list behind a key that is not there", async () => {
    for (const end of ["1", "2", "4"]) await put(`pub/after/${end}`, "x");

    expect(await keysUnder("pub/after/", { StartAfter: "pub/after/3" })).toEqual(["pub/after/4"]);
  });

  // "DeleteObjects"
  test("takes a thousand keys in one deletion and no more", async () => {
    const { s3, bucket } = setup();
    const deletion = (count: number) =>
      s3.send(
        new DeleteObjectsCommand({
          Bucket: bucket,
          Delete: {
            Objects: Array.from({ length: count }, (_, n) => ({ Key: `pub/many/${n}` })),
            Quiet: true,
          },
        }),
      );
    await put("pub/many/999", "x");

    const { Errors = [] } = await deletion(1000);
    const refusal = await errorOf(deletion(1001));

    expect(Errors).toEqual([]);
    expect(await keysUnder("pub/many/")).toEqual([]);
    expect(refusal?.name).toBe("MalformedXML");
  });

  // "Multipart upload overview"
  test("shows nothing of an upload in parts until it is complete, and the upload no more then", async () => {
    const { s3, bucket: Bucket } = setup();
    const object = { Bucket, Key: "pub/parts" };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(object));
    const { ETag } = await s3.send(
      new UploadPartCommand({ ...object, UploadId, PartNumber: 1, Body: "whole" }),
    );
    const uploads = async () =>
      (await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: "pub/parts" }))).Uploads
        ?.length ?? 0;
    const before = [await keysUnder("pub/parts"), await uploads()];

    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
    const complete = { ...object, UploadId, MultipartUpload, IfNoneMatch: "*" };
    await s3.send(new CompleteMultipartUploadCommand(complete));

    expect(before).toEqual([[], 1]);
    expect([await keysUnder("pub/parts"), await uploads()]).toEqual([["pub/parts"], 0]);
  });
}
