import { Agent, request } from "node:http";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { ChecksumAlgorithm } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LocalAws } from "../../../local/aws/local-aws.ts";
import { decodeAwsChunked } from "../../../local/aws/s3/aws-chunked.ts";
import { defaultS3Client, errorOf, s3Client } from "../../contracts/aws/endpoint.ts";
import { openForTest } from "./open-for-test.ts";

const chunked =
  "5\r\nhello\r\n6;chunk-signature=0\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n";

let local: LocalAws;
beforeAll(async () => {
  local = await openForTest();
  local.s3.createBucket({ name: "media" });
});
afterAll(() => local.close());

async function decode(pieces: readonly string[]) {
  const trailers: Record<string, string> = {};
  const source = Readable.from(pieces.map((piece) => Buffer.from(piece)));
  const decoded = decodeAwsChunked(source, (name, value) => (trailers[name] = value));
  return { body: await text(decoded), trailers };
}

test.for([1, 2, 3, 7, 1000])(
  "decodes aws-chunked that arrives %i bytes at a time",
  async (size) => {
    const pieces = chunked.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];

    const { body, trailers } = await decode(pieces);

    expect(body).toBe("hello world");
    expect(trailers).toEqual({ "x-amz-checksum-crc32": "DUoRhQ==" });
  },
);

test.for(["5\r\nhel", "5\r\nhello\r\n", "5\r\nhelloXX0\r\n\r\n", "what\r\n"])(
  "refuses the incomplete or broken body %j",
  async (source) => {
    await expect(decode([source])).rejects.toMatchObject({ code: "IncompleteBody" });
  },
);

test.for<ChecksumAlgorithm>(["CRC32", "SHA256", "SHA1"])(
  "refuses a streamed body whose %s in the trailer is another",
  async (ChecksumAlgorithm) => {
    const client = defaultS3Client(local);
    client.middlewareStack.add(
      (next) => async (args) => {
        const sent = args.request as { body: Readable };
        const body = await text(sent.body);
        sent.body = Readable.from([Buffer.from(body.replace("hello", "HELLO"))]);
        return next(args);
      },
      { step: "finalizeRequest", priority: "low" },
    );
    const Body = Readable.from([Buffer.from("hello")]);
    const object = { Bucket: "media", Key: "changed", Body, ContentLength: 5, ChecksumAlgorithm };

    const refusal = await errorOf(client.send(new PutObjectCommand(object)));

    expect(refusal?.name).toBe("BadDigest");
    const head = new HeadObjectCommand({ Bucket: "media", Key: "changed" });
    expect((await errorOf(s3Client(local).send(head)))?.name).toBe("NotFound");
  },
);

test("a connection serves on after a large form was refused", { timeout: 10_000 }, async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const field = (name: string) =>
    `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nx\r\n`;
  const fields = Buffer.from(`${field("key")}${field("policy")}${field("file").slice(0, -3)}`);
  const body = Buffer.concat([fields, Buffer.alloc(32 * 2 ** 20)]);
  const post = async () =>
    new Promise((resolve, reject) => {
      const headers = {
        "content-type": "multipart/form-data; boundary=B",
        "content-length": body.length,
      };
      request(`${local.url}/media`, { method: "POST", agent, headers }, (response) => {
        response.resume().once("end", () => resolve(response.statusCode));
      })
        .once("error", reject)
        .end(body);
    });

  expect([await post(), await post()]).toEqual([400, 400]);
  agent.destroy();
});
