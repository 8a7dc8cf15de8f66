import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { limits } from "../../contracts/limits.ts";
import type { MediaBucket } from "../../contracts/ports/media-bucket.ts";
import { allOf } from "../support/all-of.ts";

const factsOf = (body: Uint8Array) => ({
  contentType: "text/plain",
  sha256: createHash("sha256").update(body).digest("hex"),
});

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await allOf(chunks)).toString();
}

async function keysUnder(bucket: MediaBucket, prefix: string): Promise<string[]> {
  return (await allOf(bucket.list(prefix))).map(({ key }) => key);
}

/** What every media bucket promises. `openBucket` gives an empty one each time. */
export function mediaBucketContract(openBucket: () => Promise<MediaBucket>): void {
  const one = Buffer.from("one");
  const two = Buffer.from("two");

  test("head tells size, quoted etag and time, or that there is nothing", async () => {
    const bucket = await openBucket();
    const before = Date.now();
    await bucket.create("a/b", one, factsOf(one));

    const facts = await bucket.head("a/b");

    expect(facts).toMatchObject({ key: "a/b", sizeBytes: 3 });
    expect(facts!.etag).toMatch(/^".+"$/);
    // S3 tells whole seconds.
    expect(facts!.lastModified).toBeGreaterThanOrEqual(before - 1000);
    expect(await bucket.head("a/c")).toBeUndefined();
  });

  test("read gives the bytes", async () => {
    const bucket = await openBucket();
    await bucket.create("a", one, factsOf(one));
    const { etag } = (await bucket.head("a"))!;

    expect(await textOf(await bucket.read("a"))).toBe("one");
    expect(await textOf(await bucket.read("a", { ifMatch: etag }))).toBe("one");
  });

  test("reading what is not there is SOURCE_MISSING", async () => {
    const bucket = await openBucket();

    await expect(bucket.read("a")).rejects.toMatchObject({ code: "SOURCE_MISSING" });
  });

  test("reading what has been replaced since is SOURCE_CHANGED", async () => {
    const bucket = await openBucket();
    await bucket.replace("a", one, { contentType: "text/plain" });
    const { etag } = (await bucket.head("a"))!;

    await bucket.replace("a", two, { contentType: "text/plain" });

    await expect(bucket.read("a", { ifMatch: etag })).rejects.toMatchObject({
      code: "SOURCE_CHANGED",
    });
  });

  test("creating the same bytes again is a success", async () => {
    const bucket = await openBucket();
    await bucket.create("a", one, factsOf(one));
    const { lastModified, etag } = (await bucket.head("a"))!;

    await bucket.create("a", one, factsOf(one));

    expect(await bucket.head("a")).toMatchObject({ lastModified, etag });
  });

  test("creating other bytes over an object throws, and the first stay", async () => {
    const bucket = await openBucket();
    await bucket.create("a", one, factsOf(one));

    await expect(bucket.create("a", two, factsOf(two))).rejects.toThrow("Other bytes");

    expect(await textOf(await bucket.read("a"))).toBe("one");
  });

  test("a file is created from its path, small or in parts, repeatedly but never over another", async () => {
    const bucket = await openBucket();
    const folder = await mkdtemp(join(tmpdir(), "bucket-"));
    const path = join(folder, "file");
    for (const size of [10, limits.multipartBytesMin + limits.partBytesMin / 2]) {
      const bytes = Buffer.alloc(size, "framequeue");
      await writeFile(path, bytes);

      await bucket.create(`file-${size}`, { path }, factsOf(bytes));
      await bucket.create(`file-${size}`, { path }, factsOf(bytes));

      const chunks = await allOf(await bucket.read(`file-${size}`));
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true);

      await bucket.create(`taken-${size}`, one, factsOf(one));
      const over = bucket.create(`taken-${size}`, { path }, factsOf(bytes));
      await expect(over).rejects.toThrow("Other bytes");
      expect(await textOf(await bucket.read(`taken-${size}`))).toBe("one");
    }
    await rm(folder, { recursive: true });
  }, 30_000);

  test("a list has what is under the prefix, in order of the keys", async () => {
    const bucket = await openBucket();
    for (const key of ["b/2", "b/1", "c/1", "b"]) await bucket.create(key, one, factsOf(one));

    expect(await keysUnder(bucket, "b/")).toEqual(["b/1", "b/2"]);
    expect(await keysUnder(bucket, "nothing/")).toEqual([]);
  });

  test("removing a prefix leaves everything else, and may be repeated", async () => {
    const bucket = await openBucket();
    for (const key of ["b/1", "b/2/3", "bb/1"]) await bucket.create(key, one, factsOf(one));

    await bucket.removeAll("b/");
    await bucket.removeAll("b/");

    expect(await keysUnder(bucket, "")).toEqual(["bb/1"]);
  });

  test("removing one object leaves its neighbours, and may be repeated", async () => {
    const bucket = await openBucket();
    for (const key of ["a", "ab"]) await bucket.create(key, one, factsOf(one));

    await bucket.remove("a");
    await bucket.remove("a");

    expect(await keysUnder(bucket, "")).toEqual(["ab"]);
  });
}
