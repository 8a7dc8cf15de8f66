import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { s3MediaBucket } from "../../aws/s3-media-bucket.ts";
import { s3MediaSigner } from "../../aws/s3-media-signer.ts";
import { limits } from "../../contracts/limits.ts";
import type {
  MediaBucket,
  MediaSigner,
  SignedRequest,
} from "../../contracts/ports/media-bucket.ts";
import { allOf } from "../support/all-of.ts";
import { useLocalAws } from "../support/local-aws.ts";

const local = useLocalAws();
let signer: MediaSigner;
let bucket: MediaBucket;
const body = Buffer.from("a video");
const video = { sizeBytes: body.length, contentType: "video/mp4" };

beforeAll(() => {
  const media = { client: local.clients().s3, bucket: local.newBucket() };
  signer = s3MediaSigner({ ...media, now: Date.now });
  bucket = s3MediaBucket(media);
});

const send = ({ url, method, headers }: SignedRequest, sent?: Uint8Array, more = {}) =>
  fetch(url, {
    method,
    headers: { ...headers, ...more },
    ...(sent && { body: Buffer.from(sent) }),
  });

const signedHeadersOf = ({ url }: SignedRequest) =>
  new URL(url).searchParams.get("X-Amz-SignedHeaders")?.split(";");

describe("a signed PUT", () => {
  test("takes the video, and takes it once", async () => {
    const signed = await signer.put("put/once", video);

    expect((await send(signed, body)).status).toBe(200);
    expect((await send(signed, body)).status).toBe(412);

    expect(Buffer.concat(await allOf(await bucket.read("put/once")))).toEqual(body);
  });

  test("is refused with another size, type or without its precondition", async () => {
    const signed = await signer.put("put/refused", video);

    expect((await send(signed, Buffer.from("another video"))).status).toBe(403);
    expect((await send(signed, body, { "content-type": "text/html" })).status).toBe(403);
    const { "if-none-match": _, ...headers } = signed.headers;
    expect((await send({ ...signed, headers }, body)).status).toBe(403);

    expect(await bucket.head("put/refused")).toBeUndefined();
  });

  test("with a digest takes the bytes of that digest only", async () => {
    const sha256 = createHash("sha256").update(body).digest("hex");
    const signed = await signer.put("put/digest", { ...video, sha256 });

    expect((await send(signed, Buffer.from("A VIDEO"))).status).toBe(400);
    expect((await send(signed, body)).status).toBe(200);
  });

  test("signs no checksum that nobody asked for", async () => {
    const put = await signer.put("put/plain", video);
    const part = await signer.uploadPart("put/plain", {
      uploadId: "u",
      partNumber: 1,
      sizeBytes: 1,
    });

    expect(`${put.url}${part.url}`).not.toMatch(/checksum|crc/i);
    expect(signedHeadersOf(put)).toEqual(
      expect.arrayContaining(["content-length", "content-type", "if-none-match"]),
    );
    expect(signedHeadersOf(part)).toContain("content-length");
  });

  test("ends when it says", async () => {
    const long = s3MediaSigner({
      client: local.clients().s3,
      bucket: "media",
      now: () => 1_000_000,
    });

    const signed = await long.put("put/expires", video);

    expect(signed.expiresAt).toBe(1_000_000 + limits.presignSeconds * 1000);
    expect(new URL(signed.url).searchParams.get("X-Amz-Expires")).toBe(`${limits.presignSeconds}`);
    expect(new URL(signed.url).searchParams.get("X-Amz-Date")).toBe("19700101T001640Z");
  });
});

describe("a signed multipart upload", () => {
  const start = async (key: string) => {
    const answer = await send(await signer.createMultipart(key, { contentType: "video/mp4" }));
    return /<UploadId>(.+?)<\/UploadId>/.exec(await answer.text())![1]!;
  };
  const complete = async (key: string, uploadId: string, etag: string) => {
    const parts = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`;
    return send(await signer.completeMultipart(key, { uploadId }), Buffer.from(parts), {
      "content-type": "application/xml",
    });
  };

  test("is created, filled, listed and completed, and never over another object", async () => {
    const key = "parts/whole";
    for (const status of [200, 412]) {
      const uploadId = await start(key);
      const part = { uploadId, partNumber: 1, sizeBytes: body.length };
      const put = await send(await signer.uploadPart(key, part), body);
      const list = await send(await signer.listParts(key, { uploadId }));
      const etag = put.headers.get("etag")!;

      expect(await list.text()).toContain("<PartNumber>1</PartNumber>");
      expect((await complete(key, uploadId, etag)).status).toBe(status);
    }
    expect(await bucket.head(key)).toMatchObject({ sizeBytes: body.length });
  });

  test("cannot be completed without its precondition", async () => {
    const signed = await signer.completeMultipart("parts/any", { uploadId: "u" });

    expect(signed.headers).toEqual({ "if-none-match": "*" });
    expect(signedHeadersOf(signed)).toContain("if-none-match");
  });

  test("takes a part of its exact size only", async () => {
    const uploadId = await start("parts/size");
    const part = await signer.uploadPart("parts/size", { uploadId, partNumber: 1, sizeBytes: 3 });

    expect((await send(part, body)).status).toBe(403);
  });

  test("is gone once it is aborted, by its client or with everything under its prefix", async () => {
    const byClient = await start("parts/aborted");
    await send(await signer.abortMultipart("parts/aborted", { uploadId: byClient }));
    const byPrefix = await start("removed/source");
    await bucket.removeAll("removed/");

    for (const [key, uploadId] of [
      ["parts/aborted", byClient],
      ["removed/source", byPrefix],
    ] as const) {
      expect((await send(await signer.listParts(key, { uploadId }))).status).toBe(404);
    }
  });
});

describe("a signed GET", () => {
  test("gives the file under its own name, whatever is in it", async () => {
    await bucket.replace("get/source", body, { contentType: "application/octet-stream" });

    const answer = await send(
      await signer.get("get/source", { filename: 'Łódź "1"\ud83d.mp4', contentType: "video/mp4" }),
    );

    expect(await answer.text()).toBe("a video");
    expect(answer.headers.get("content-type")).toBe("video/mp4");
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="__d_ _1__.mp4"; filename*=UTF-8''%C5%81%C3%B3d%C5%BA%20%221%22%EF%BF%BD.mp4`,
    );
  });

  test("is shown in place without a name, and read in ranges", async () => {
    await bucket.replace("get/inline", body, { contentType: "video/mp4" });

    const answer = await send(await signer.get("get/inline"), undefined, { range: "bytes=2-3" });

    expect(answer.status).toBe(206);
    expect(await answer.text()).toBe("vi");
    expect(answer.headers.get("content-disposition")).toBeNull();
  });
});
