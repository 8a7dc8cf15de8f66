import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import {
  S3Client,
  S3ServiceException,
  HeadObjectCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { expect, test } from "vitest";
import { s3MediaBucket } from "../../aws/s3-media-bucket.ts";
import { allOf } from "../support/all-of.ts";
import { useLocalAws } from "../support/local-aws.ts";

const local = useLocalAws();

function mocked() {
  const client = new S3Client({ region: "eu-west-1" });
  return { mock: mockClient(client), bucket: s3MediaBucket({ client, bucket: "media" }) };
}

test("a bucket that does not exist is an error, not an empty one", async () => {
  const { mock, bucket } = mocked();
  const missing = new S3ServiceException({
    name: "NoSuchBucket",
    $fault: "client",
    $metadata: { httpStatusCode: 404 },
  });
  mock.on(HeadObjectCommand).rejects(missing);

  await expect(bucket.head("a")).rejects.toThrow(missing);
});

test("objects that S3 did not delete are an error", async () => {
  const { mock, bucket } = mocked();
  mock
    .on(ListMultipartUploadsCommand)
    .resolves({})
    .on(ListObjectsV2Command)
    .resolves({ Contents: [{ Key: "a/1" }] })
    .on(DeleteObjectsCommand)
    .resolves({ Errors: [{ Key: "a/1", Message: "Access Denied" }] });

  await expect(bucket.removeAll("a/")).rejects.toThrow("Access Denied");
});

test("a put that nobody answers ends when it is aborted, not when its tries do", async () => {
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = new S3Client({
    region: "eu-west-1",
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    forcePathStyle: true,
  });
  const bucket = s3MediaBucket({ client, bucket: "media" });
  const abort = new AbortController();
  server.once("request", () => abort.abort());

  const facts = { contentType: "text/plain", sha256: "00", signal: abort.signal };
  await expect(bucket.create("a", Buffer.from("a"), facts)).rejects.toMatchObject({
    name: "AbortError",
  });

  server.closeAllConnections();
  server.close();
});

test("a read that is aborted ends while its bytes are still coming", async () => {
  const bucket = s3MediaBucket({ client: local.clients().s3, bucket: local.newBucket() });
  const large = Buffer.alloc(20_000_000);
  await bucket.replace("large", large, { contentType: "video/mp4" });
  const abort = new AbortController();
  const bytes = await bucket.read("large", { signal: abort.signal });

  const read = allOf(
    (async function* () {
      for await (const chunk of bytes) {
        abort.abort();
        await wait(1);
        yield chunk;
      }
    })(),
  );

  await expect(read).rejects.toMatchObject({ name: "AbortError" });
});
