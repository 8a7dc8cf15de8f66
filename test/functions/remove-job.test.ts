import { expect, test } from "vitest";
import type { Source } from "../../contracts/job.ts";
import { onUpload } from "../../functions/on-upload/on-upload.ts";
import { jobRemover } from "../../functions/remove-job.ts";
import { aJobRow } from "../support/job-row.ts";
import { memorySystem } from "../support/memory-system.ts";

const key = "inbox/team/match.mp4";
const created = JSON.stringify({
  "detail-type": "Object Created",
  detail: { object: { key } },
});

/** A job made of a file in the inbox, deleted. */
async function deletedInboxJob() {
  const system = memorySystem();
  const put = async (text: string) => {
    system.bucket.store(key, Buffer.from(text));
    await onUpload(system)(created);
  };
  await put("first");
  const [row] = system.jobs.rows.values();
  return { system, put, remove: jobRemover(system), row: { ...row!, deletedAt: system.now() } };
}

test("a deleted job's file leaves the inbox", async () => {
  const { system, remove, row } = await deletedInboxJob();

  await remove(row);

  expect(system.bucket.objects.has(key)).toBe(false);
});

test("a file that is gone already is no fault", async () => {
  const { system, remove, row } = await deletedInboxJob();
  await system.bucket.remove(key);

  await expect(remove(row)).resolves.toBeGreaterThan(0);
});

test.each(["second", "first"])(
  "a file that came later under the same name, with the bytes %j, is another job's and stays",
  async (bytes) => {
    const { system, put, remove, row } = await deletedInboxJob();
    system.elapse(20);
    await put(bytes);
    expect(system.jobs.rows.size).toBe(2);

    await remove(row);

    expect(system.bucket.objects.has(key)).toBe(true);
  },
);

test("a row of before knows its file by the bytes alone", async () => {
  const { system, remove, row } = await deletedInboxJob();
  const { lastModified: _, ...source }: Source = row.source!;
  system.elapse(20);
  system.bucket.store(key, Buffer.from("second"));
  await remove(aJobRow({ ...row, source }));
  expect(system.bucket.objects.has(key)).toBe(true);

  system.bucket.store(key, Buffer.from("first"));
  await remove(aJobRow({ ...row, source }));

  expect(system.bucket.objects.has(key)).toBe(false);
});
