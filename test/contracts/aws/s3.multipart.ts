import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { CompletedPart } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect, test } from "vitest";
import { errorOf } from "./endpoint.ts";
import type { S3Setup } from "./s3.setup.ts";
import { bytesOf, pageOrigin } from "./s3.setup.ts";

/** Uploads in parts, as a page resumes them. */
export function defineMultipartContract(setup: () => S3Setup): void {
  const begin = async (Key: string) => {
    const { s3, bucket } = setup();
    const upload = { Bucket: bucket, Key };
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({
        ...upload,
        ContentType: "video/mp4",
        Metadata: { a: "b" },
      }),
    );
    return { ...upload, UploadId };
  };
  type Begun = Awaited<ReturnType<typeof begin>>;
  const send = async (upload: Begun, PartNumber: number, Body: Buffer | string) => {
    const command = new UploadPartCommand({ ...upload, PartNumber, Body });
    const { ETag } = await setup().s3.send(command);
    return { ETag, PartNumber };
  };
  const complete = (upload: Begun, Parts: CompletedPart[], condition = {}) =>
    setup().s3.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...condition }),
    );

  test("makes one object of parts that a page put through presigned URLs", async () => {
    const { s3, bucket } = setup();
    const bodies = [randomBytes(5 * 2 ** 20), randomBytes(5 * 2 ** 20), randomBytes(12_345)];
    const upload = await begin("m/video.mp4");

    const parts = [];
    for (const [index, body] of bodies.entries()) {
      const PartNumber = index + 1;
      const url = await getSignedUrl(s3, new UploadPartCommand({ ...upload, PartNumber }));
      const response = await fetch(url, {
        method: "PUT",
        body: new Uint8Array(body),
        headers: { origin: pageOrigin },
      });
      expect(response.headers.get("access-control-expose-headers")).toContain("ETag");
      parts.push({ ETag: response.headers.get("etag") ?? "", PartNumber });
    }
    const { ETag } = await complete(upload, parts);
    const found = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "m/video.mp4" }));

    const digests = bodies.map((body) => createHash("md5").update(body).digest());
    const expected = createHash("md5").update(Buffer.concat(digests)).digest("hex");
    expect(ETag).toBe(`"${expected}-3"`);
    expect((await bytesOf(found)).equals(Buffer.concat(bodies))).toBe(true);
    expect(found.ContentType).toBe("video/mp4");
    expect(found.Metadata).toEqual({ a: "b" });
  });

  test("reads a range across the border of two parts", async () => {
    const { s3, bucket } = setup();
    const first = Buffer.alloc(5 * 2 ** 20, "a");
    const upload = await begin("m/border");
    await complete(upload, [await send(upload, 1, first), await send(upload, 2, "bbbb")]);

    const Range = `bytes=${first.length - 2}-${first.length + 1}`;
    const get = new GetObjectCommand({ Bucket: bucket, Key: "m/border", Range });

    expect((await bytesOf(await s3.send(get))).toString()).toBe("aabb");
  });

  test("lists the parts page by page and the upload among those in progress", async () => {
    const { s3, bucket } = setup();
    const upload = await begin("m/listed");
    for (const number of [1, 2, 3]) await send(upload, number, "x".repeat(number));

    const first = await s3.send(new ListPartsCommand({ ...upload, MaxParts: 2 }));
    const PartNumberMarker = first.NextPartNumberMarker;
    const second = await s3.send(new ListPartsCommand({ ...upload, PartNumberMarker }));
    const { Uploads = [] } = await s3.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: "m/listed" }),
    );

    expect(first.IsTruncated).toBe(true);
    expect(first.Parts?.map(({ Size }) => Size)).toEqual([1, 2]);
    expect(second.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([[3, 3]]);
    expect(Uploads.map(({ UploadId }) => UploadId)).toEqual([upload.UploadId]);
  });

  test("refuses to complete with another part's ETag", async () => {
    const upload = await begin("m/wrong-etag");
    await send(upload, 1, "x");

    const parts = [{ ETag: `"${"0".repeat(32)}"`, PartNumber: 1 }];

    expect((await errorOf(complete(upload, parts)))?.name).toBe("InvalidPart");
  });

  test("refuses to complete with parts out of order", async () => {
    const upload = await begin("m/order");
    const large = Buffer.alloc(5 * 2 ** 20, "x");
    const parts = [await send(upload, 1, large), await send(upload, 2, large)];

    expect((await errorOf(complete(upload, parts.toReversed())))?.name).toBe("InvalidPartOrder");
  });

  test("refuses parts below 5 MiB, except the last", async () => {
    const upload = await begin("m/small");
    const parts = [await send(upload, 1, "tiny"), await send(upload, 2, "tiny")];

    expect((await errorOf(complete(upload, parts)))?.name).toBe("EntityTooSmall");
  });

  test("knows an aborted upload no more", async () => {
    const { s3 } = setup();
    const upload = await begin("m/aborted");
    const part = await send(upload, 1, "x");

    await s3.send(new AbortMultipartUploadCommand(upload));

    expect((await errorOf(send(upload, 2, "y")))?.name).toBe("NoSuchUpload");
    expect((await errorOf(complete(upload, [part])))?.name).toBe("NoSuchUpload");
  });

  test("completes with If-None-Match only where nothing is, and keeps the upload", async () => {
    const { s3, bucket } = setup();
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "m/taken", Body: "first" }));
    const upload = await begin("m/taken");
    const part = await send(upload, 1, "second");

    const refusal = await errorOf(complete(upload, [part], { IfNoneMatch: "*" }));
    const { Parts } = await s3.send(new ListPartsCommand(upload));

    expect(refusal?.name).toBe("PreconditionFailed");
    expect(Parts).toHaveLength(1);
  });

  test("takes a part of 64 MB", async () => {
    const upload = await begin("m/large-part");

    const { ETag } = await send(upload, 1, Buffer.alloc(64 * 2 ** 20));

    expect(ETag).toBe('"7f614da9329cd3aebf59b91aadc30bf0"');
  });

  test("serves the SDK's own parallel uploader with its default checksums", async () => {
    const { checksummingS3: client, bucket } = setup();
    const megabyte = Buffer.alloc(2 ** 20, 7);
    const Body = Readable.from(Array<Buffer>(40).fill(megabyte), { objectMode: false });

    const params = { Bucket: bucket, Key: "m/library", Body };
    await new Upload({ client, params, partSize: 8 * 2 ** 20, queueSize: 4 }).done();
    const head = await client.send(
      new HeadObjectCommand({ Bucket: bucket, Key: "m/library", ChecksumMode: "ENABLED" }),
    );

    expect(head.ContentLength).toBe(40 * 2 ** 20);
    expect(head.ETag).toMatch(/-5"$/);
    expect(head.ChecksumCRC32).toMatch(/-5$/);
  });
}
