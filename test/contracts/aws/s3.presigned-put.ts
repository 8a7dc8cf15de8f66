import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect, test } from "vitest";
import type { S3Setup } from "./s3.setup.ts";
import { codeIn, pageOrigin } from "./s3.setup.ts";

type SigningOptions = Parameters<typeof getSignedUrl>[2];

/** A URL binds what was signed: key, type, length, condition, time. */
export function definePresignedPutContract(setup: () => S3Setup): void {
  const sign = async (
    Key: string,
    input: Partial<PutObjectCommandInput> = {},
    options: SigningOptions = {},
  ) => {
    const { s3, bucket } = setup();
    const command = new PutObjectCommand({ Bucket: bucket, Key, ...input });
    return getSignedUrl(s3, command, { expiresIn: 60, ...options });
  };
  const upload = async (url: string, body: string | Blob, headers: Record<string, string> = {}) =>
    fetch(url, { method: "PUT", body, headers: { origin: pageOrigin, ...headers } });

  test("accepts the upload that was signed and shows its ETag to the page", async () => {
    const url = await sign(
      "p/ok",
      { ContentType: "text/plain" },
      { signableHeaders: new Set(["content-type"]) },
    );

    const response = await upload(url, "hello", { "content-type": "text/plain" });

    expect(response.status).toBe(200);
    expect(response.headers.get("etag")).toBe('"5d41402abc4b2a76b9719d911017c592"');
    expect(response.headers.get("access-control-allow-origin")).toBe(pageOrigin);
    expect(response.headers.get("access-control-expose-headers")).toContain("ETag");
  });

  test("refuses another content type than the signed one, and says so after a large body too", async () => {
    const url = await sign(
      "p/type",
      { ContentType: "video/mp4" },
      { signableHeaders: new Set(["content-type"]) },
    );

    const body = new Blob([Buffer.alloc(8 * 2 ** 20)]);
    const response = await upload(url, body, { "content-type": "text/html" });

    expect(response.status).toBe(403);
    expect(await codeIn(response)).toBe("SignatureDoesNotMatch");
  });

  test("refuses a body longer than the signed length and accepts the exact one", async () => {
    const signableHeaders = new Set(["content-length", "host"]);
    const url = await sign("p/length", { ContentLength: 5 }, { signableHeaders });

    const longer = await upload(url, "123456789");
    const exact = await upload(url, "12345");

    expect(longer.status).toBe(403);
    expect(await codeIn(longer)).toBe("SignatureDoesNotMatch");
    expect(exact.status).toBe(200);
  });

  test("refuses an expired URL", async () => {
    const signingDate = new Date(Date.now() - 120_000);

    const response = await upload(await sign("p/expired", {}, { signingDate }), "x");

    expect(response.status).toBe(403);
    const text = await response.text();
    expect(text).toContain("<Code>AccessDenied</Code>");
    expect(text).toContain("Request has expired");
  });

  test.for([
    { what: "signature", from: /X-Amz-Signature=[0-9a-f]{4}/, to: "X-Amz-Signature=0000" },
    { what: "key", from: "p/mine", to: "p/other" },
    { what: "expiry", from: "X-Amz-Expires=60", to: "X-Amz-Expires=6000" },
  ])("refuses a URL whose $what was changed", async ({ from, to }) => {
    const url = (await sign("p/mine")).replace(from, to);

    const response = await upload(url, "x");

    expect(response.status).toBe(403);
    expect(await codeIn(response)).toBe("SignatureDoesNotMatch");
  });

  test("honours a signed If-None-Match", async () => {
    const options = {
      signableHeaders: new Set(["host", "if-none-match"]),
      unhoistableHeaders: new Set(["if-none-match"]),
    };
    const url = await sign("p/once", { IfNoneMatch: "*" }, options);

    const first = await upload(url, "1", { "if-none-match": "*" });
    const second = await upload(url, "2", { "if-none-match": "*" });
    const without = await upload(url, "3");

    expect([first.status, second.status, without.status]).toEqual([200, 412, 403]);
  });

  test("refuses the checksum of nothing that the SDK's default presigner puts into URLs", async () => {
    const { checksummingS3, bucket } = setup();
    const command = new PutObjectCommand({ Bucket: bucket, Key: "p/checksum" });

    const response = await upload(await getSignedUrl(checksummingS3, command), "not empty");

    expect(response.status).toBe(400);
    expect(await codeIn(response)).toBe("BadDigest");
  });
}
