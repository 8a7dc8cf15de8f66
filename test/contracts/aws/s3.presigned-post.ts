import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import type { PresignedPostOptions } from "@aws-sdk/s3-presigned-post";
import { expect, test } from "vitest";
import type { S3Setup } from "./s3.setup.ts";
import { codeIn, pageOrigin } from "./s3.setup.ts";

interface Post extends Partial<Omit<PresignedPostOptions, "Bucket" | "Key">> {
  readonly body?: string | Buffer<ArrayBuffer>;
  readonly change?: (fields: Record<string, string>) => void;
}

/** A browser's form binds what its policy says. */
export function definePostContract(setup: () => S3Setup): void {
  const post = async ({ body = "x", change = () => {}, ...options }: Post) => {
    const { s3, bucket } = setup();
    const { url, fields } = await createPresignedPost(s3, {
      Bucket: bucket,
      Key: "post/${filename}",
      Expires: 60,
      ...options,
    });
    change(fields);
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", new Blob([body]), "clip one.mp4");
    return fetch(url, { method: "POST", body: form, headers: { origin: pageOrigin } });
  };

  test("stores the file under its own name, with the type and metadata of the form", async () => {
    const { s3, bucket } = setup();

    const response = await post({
      body: "hello world",
      Conditions: [
        ["content-length-range", 1, 1000],
        ["starts-with", "$Content-Type", "video/"],
      ],
      Fields: {
        "Content-Type": "video/mp4",
        "x-amz-meta-user": "u1",
        success_action_status: "201",
      },
    });
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "post/clip one.mp4" }));

    expect(response.status).toBe(201);
    expect(response.headers.get("access-control-allow-origin")).toBe(pageOrigin);
    expect(head.ContentLength).toBe(11);
    expect(head.ContentType).toBe("video/mp4");
    expect(head.Metadata).toEqual({ user: "u1" });
  });

  test.for([
    { what: "larger", range: [1, 10], body: Buffer.alloc(8 * 2 ** 20), code: "EntityTooLarge" },
    { what: "smaller", range: [100, 1000], body: "x", code: "EntityTooSmall" },
  ] as const)("refuses a file $what than the policy's range", async ({ range, body, code }) => {
    const Conditions = [
      ["content-length-range", ...range] as ["content-length-range", number, number],
    ];

    const response = await post({ Conditions, body });

    expect(response.status).toBe(400);
    expect(await codeIn(response)).toBe(code);
  });

  test("refuses a field that does not meet its condition", async () => {
    const response = await post({
      Conditions: [["starts-with", "$Content-Type", "video/"]],
      Fields: { "Content-Type": "text/html" },
    });

    expect(response.status).toBe(403);
    expect(await codeIn(response)).toBe("AccessDenied");
  });

  test("refuses a field that the policy does not mention", async () => {
    const response = await post({ change: (fields) => (fields["x-amz-meta-evil"] = "1") });

    expect(response.status).toBe(403);
    expect(await codeIn(response)).toBe("AccessDenied");
  });

  test("refuses an expired policy", async () => {
    const response = await post({ Expires: -10 });

    expect(response.status).toBe(403);
    expect(await codeIn(response)).toBe("AccessDenied");
  });

  test("refuses a policy whose signature was changed", async () => {
    const response = await post({
      change: (fields) => (fields["X-Amz-Signature"] = "0".repeat(64)),
    });

    expect(response.status).toBe(403);
    expect(await codeIn(response)).toBe("SignatureDoesNotMatch");
  });
}
