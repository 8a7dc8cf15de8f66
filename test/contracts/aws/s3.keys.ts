import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect, test } from "vitest";
import { errorOf } from "./endpoint.ts";
import type { S3Setup } from "./s3.setup.ts";
import { bytesOf } from "./s3.setup.ts";

const awkwardKeys = [
  "a b/c+d/ü漢字 & ? # % 100%.mp4",
  "emoji 🎬.mp4",
  "quote'\"(x)*!~.mp4",
  "plus+only.txt",
  "a//b",
  "dir/",
  "dots/../up.txt",
  "../../../outside.txt",
  "%2F%20literal.txt",
  "x;y=z,@$&.txt",
  "<xml>&amp;.txt",
];

/** Keys are any text; nothing in them is special to S3. */
export function defineKeyContract(setup: () => S3Setup): void {
  test.for(awkwardKeys)("keeps an object under the key %j through every operation", async (key) => {
    const { s3, bucket } = setup();
    const body = `value of ${key}`;
    const object = { Bucket: bucket, Key: key };
    const readBack = async (Key: string) =>
      (await bytesOf(await s3.send(new GetObjectCommand({ Bucket: bucket, Key })))).toString();

    await s3.send(new PutObjectCommand({ ...object, Body: body }));
    expect(await readBack(key)).toBe(body);

    const list = new ListObjectsV2Command({ Bucket: bucket, EncodingType: "url" });
    const { Contents = [] } = await s3.send(list);
    const listed = Contents.map(({ Key = "" }) => decodeURIComponent(Key.replaceAll("+", " ")));
    expect(listed).toContain(key);

    const CopySource = `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
    await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: `copy/${key}`, CopySource }));
    expect(await readBack(`copy/${key}`)).toBe(body);

    const Objects = [{ Key: key }, { Key: `copy/${key}` }];
    await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    expect((await errorOf(s3.send(new HeadObjectCommand(object))))?.name).toBe("NotFound");
  });

  // `fetch` folds `a/../b` into `b`, so such a key cannot be in a URL that a browser opens.
  test.for(awkwardKeys.filter((key) => !key.includes("../")))(
    "serves the key %j through a presigned URL",
    async (key) => {
      const { s3, bucket } = setup();
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: key }));

      const get = new GetObjectCommand({ Bucket: bucket, Key: key });
      const response = await fetch(await getSignedUrl(s3, get));

      expect(await response.text()).toBe(key);
    },
  );

  test("keeps an object beside others below the same name", async () => {
    const { s3, bucket } = setup();
    for (const Key of ["same", "same/x"]) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
    }

    for (const Key of ["same", "same/x"]) {
      const found = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      expect((await bytesOf(found)).toString()).toBe(Key);
    }
  });

  test("lists page by page in order, and folds at the delimiter", async () => {
    const { s3, bucket } = setup();
    const keys = Array.from({ length: 25 }, (_, index) => `list/${index % 5}/f${index + 10}`);
    for (const Key of keys) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "x" }));
    }

    const listed: (string | undefined)[] = [];
    let token: string | undefined;
    let pages = 0;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: "list/",
          MaxKeys: 10,
          ContinuationToken: token,
        }),
      );
      listed.push(...(page.Contents ?? []).map(({ Key }) => Key));
      token = page.NextContinuationToken;
      pages++;
    } while (token !== undefined);
    const folded = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: "list/", Delimiter: "/" }),
    );

    expect(listed).toEqual(keys.toSorted());
    expect(pages).toBe(3);
    expect(folded.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(
      [0, 1, 2, 3, 4].map((index) => `list/${index}/`),
    );
    expect(folded.Contents ?? []).toEqual([]);
  });

  test("deletes a list of objects and says which", async () => {
    const { s3, bucket } = setup();
    for (const Key of ["many/1", "many/2"]) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "x" }));
    }

    const Objects = ["many/1", "many/2", "many/absent"].map((Key) => ({ Key }));
    const { Deleted } = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }),
    );
    const left = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "many/" }));

    expect(Deleted?.map(({ Key }) => Key)).toEqual(["many/1", "many/2", "many/absent"]);
    expect(left.KeyCount).toBe(0);
  });
}
