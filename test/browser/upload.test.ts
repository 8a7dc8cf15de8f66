import { mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeNumberedClip } from "../support/numbered-clip.ts";
import type { NumberedClip } from "../support/numbered-clip.ts";
import { numberedResult } from "../support/numbered-job.ts";
import { ago, openWorld } from "../support/page-world.ts";
import type { World } from "../support/page-world.ts";
import { chooseVideo, hasBrowser, openPage, pausedFrame, violations } from "../support/page.ts";

const mebibyte = 1024 ** 2;

describe.skipIf(!hasBrowser)("an upload", () => {
  const folder = mkdtempSync(join(tmpdir(), "framequeue-uploads-"));
  let world: World;
  let clip: NumberedClip;

  beforeAll(async () => {
    world = await openWorld();
    clip = makeNumberedClip({ frames: 60 });
  });
  afterAll(() => world?.close());
  beforeEach(() => {
    world.api.bucket.intercept = async () => undefined;
    world.api.bucket.log.length = 0;
    world.api.onUploaded = () => {};
  });

  /** A file of parts whose bytes all differ, so that a part in the wrong place would be seen. */
  function bigFile(name: string, sizeBytes: number): string {
    const path = join(folder, name);
    const bytes = Buffer.alloc(sizeBytes);
    for (let i = 0; i < sizeBytes; i += 4096) bytes.writeUInt32LE(i, Math.min(i, sizeBytes - 4));
    writeFileSync(path, bytes);
    return path;
  }
  const open = () => openPage(world.browser, world.origin);
  const sent = (operation: string) =>
    world.api.bucket.log.filter((entry) => entry.operation === operation && entry.status === 200);
  const partsSent = () => sent("upload_part").map(({ partNumber }) => partNumber);
  const stored = () => [...world.api.bucket.objects.values()].at(-1)!.body;
  const jobIdOf = (page: Page) => /jobs\/(\w+)/.exec(page.url())![1]!;
  const item = (page: Page) => page.getByRole("article", { name: /^Upload of/ });

  /** Holds a part back until the test lets it go; `reached` resolves once the page has sent it. */
  function holdPart(number: number) {
    const reached = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    world.api.bucket.intercept = async ({ partNumber }) => {
      if (partNumber !== number) return undefined;
      reached.resolve();
      await release.promise;
      return undefined;
    };
    return { reached: reached.promise, release: release.resolve };
  }

  test("goes from a chosen file to boxes on its frames, on one page", async () => {
    const { page, complaints } = await open();
    await page.getByRole("radio", { name: /Everyday objects/ }).check();

    await chooseVideo(page, clip.path);
    await page.waitForURL(/#\/jobs\//);
    const jobId = jobIdOf(page);
    await expect.poll(() => sent("put").length).toBe(1);
    world.api.noticeUploads();
    await page.getByText("In the queue").waitFor();
    world.api.change(jobId, {
      status: "running",
      worker_id: "worker-1",
      progress: {
        stage: "detect",
        fraction: 0.43,
        frames_done: 26,
        frames_total: 60,
        frames_per_second: 12.5,
        seconds_left: 2.7,
        updated_at: ago(0),
      },
    });
    await page.getByText("43 %").first().waitFor();
    world.api.complete(jobId, numberedResult(clip, jobId));
    await page.locator(".screen[data-frame='0']").waitFor();

    expect(await pausedFrame(page)).toEqual({ picture: 0, overlay: 0 });
    expect(world.api.jobs.get(jobId)).toMatchObject({
      filename: "numbered.mp4",
      pipeline_id: "coco",
      content_type: "video/mp4",
    });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("takes along which frames are wanted, and refuses in words what cannot be meant", async () => {
    const { page, complaints } = await open();
    const before = world.api.jobs.size;
    await page.getByText("Options", { exact: true }).click();
    await page.getByRole("combobox", { name: "Frames" }).selectOption("so many a second");
    await page.getByLabel("Frames a second").fill("many");
    await page.getByLabel("To", { exact: true }).fill("1:30");
    await page.getByRole("combobox", { name: "Follow objects" }).selectOption("not at all");

    await chooseVideo(page, clip.path);
    const alert = page.getByRole("alert");
    await alert.getByText(/Frames a second: a number above 0/).waitFor();
    expect(world.api.jobs.size).toBe(before);
    expect(await violations(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);

    await page.getByLabel("Frames a second").fill("5");
    await alert.waitFor({ state: "detached" });
    await chooseVideo(page, clip.path);
    await page.waitForURL(/#\/jobs\//);

    expect(world.api.jobs.get(jobIdOf(page))!.options).toEqual({
      sampling: { mode: "fps", fps: 5 },
      time_range: { start: 0, end: 90 },
      tracker: "none",
    });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("goes on after a reload in the middle, and sends no part twice", async () => {
    const path = bigFile("long.mp4", 18 * mebibyte);
    const { page } = await open();
    const hold = holdPart(3);
    await chooseVideo(page, path);
    await hold.reached;
    await expect.poll(() => partsSent()).toEqual([1, 2]);

    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    hold.release();
    world.api.bucket.intercept = async () => undefined;
    const again = page.getByLabel(/Choose the file again to continue at 55 %/);
    await again.setInputFiles(bigFile("other.mp4", 18 * mebibyte));
    await page.getByText(/That is not the same file/).waitFor();
    // The part that was on its way when the page went may or may not have arrived; it must not count as sent.
    const before = partsSent().length;
    await again.setInputFiles(path);
    await expect.poll(() => sent("complete_multipart").length).toBe(1);

    const after = partsSent().slice(before);
    expect(after.at(-1)).toBe(4);
    expect(after.filter((part) => part === 1 || part === 2)).toEqual([]);
    expect(new Set(partsSent()).size).toBe(partsSent().length);
    expect(sent("create_multipart")).toHaveLength(1);
    expect(stored().equals(await import("node:fs").then((fs) => fs.readFileSync(path)))).toBe(true);
    await page.context().close();
  });

  test("is not sent by a second tab while the first one sends it", async () => {
    const path = bigFile("tabs.mp4", 12 * mebibyte);
    const { page } = await open();
    const hold = holdPart(2);
    await chooseVideo(page, path);
    await hold.reached;

    const second = await page.context().newPage();
    await second.goto(page.url());
    await second.getByLabel(/Choose the file again/).setInputFiles(path);
    await second.getByText("Another tab of this browser is sending it already.").waitFor();
    hold.release();
    await expect.poll(() => sent("complete_multipart").length).toBe(1);

    expect(partsSent()).toEqual([1, 2, 3]);
    await page.context().close();
  });

  test("stops while it is paused and sends the rest afterwards, nothing twice", async () => {
    const { page } = await open();
    const hold = holdPart(2);
    await chooseVideo(page, bigFile("paused.mp4", 14 * mebibyte));
    await hold.reached;

    await page.getByRole("button", { name: "Pause" }).click();
    await item(page).getByText("Paused", { exact: true }).waitFor();
    world.api.bucket.intercept = async () => undefined;
    hold.release();
    await page.waitForTimeout(400);
    expect(sent("complete_multipart")).toHaveLength(0);
    expect(partsSent()).not.toContain(3);
    await page.getByRole("button", { name: "Resume" }).click();
    await expect.poll(() => sent("complete_multipart").length).toBe(1);

    expect(partsSent().filter((part) => part === 1)).toHaveLength(1);
    expect(stored().length).toBe(14 * mebibyte);
    await page.context().close();
  });

  test("starts over cleanly when the store has forgotten the parts", async () => {
    const path = bigFile("forgotten.mp4", 12 * mebibyte);
    const { page } = await open();
    const hold = holdPart(2);
    await chooseVideo(page, path);
    await hold.reached;
    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    hold.release();
    world.api.bucket.intercept = async () => undefined;

    world.api.bucket.multiparts.clear();
    await page.getByLabel(/Choose the file again/).setInputFiles(path);
    await expect.poll(() => sent("complete_multipart").length).toBe(1);

    expect(sent("create_multipart")).toHaveLength(2);
    expect(stored().length).toBe(12 * mebibyte);
    await page.context().close();
  });

  test("counts as done when it had worked and only the answer was lost", async () => {
    const { page } = await open();
    let lost = 0;
    world.api.bucket.intercept = async ({ method, uploadId }) =>
      method === "PUT" && uploadId === undefined && lost++ === 0 ? 0 : undefined;

    await chooseVideo(page, clip.path);
    await expect
      .poll(() => world.api.bucket.log.filter(({ status }) => status === 412).length)
      .toBe(1);

    await item(page).getByText("Uploaded", { exact: true }).waitFor();
    await page.context().close();
  });

  test("says in words that the storage does not answer, and goes on when asked", async () => {
    const { page } = await open();
    world.api.bucket.intercept = async ({ partNumber }) => (partNumber === 2 ? 403 : undefined);
    await chooseVideo(page, bigFile("refused.mp4", 12 * mebibyte));
    await page.getByText(/The storage refused the upload \(SlowDown\)/).waitFor();

    world.api.bucket.intercept = async () => undefined;
    await page.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => sent("complete_multipart").length).toBe(1);

    expect(partsSent()).toEqual([1, 2, 3]);
    await page.context().close();
  });

  test("shows what the API refuses", async () => {
    const { page } = await open();
    const empty = join(folder, "empty.mp4");
    writeFileSync(empty, "");
    utimesSync(empty, 1, 1);

    await chooseVideo(page, empty);

    await page.getByRole("alert").getByText("The uploaded file is empty").waitFor();
    await page.context().close();
  });

  test("takes several files, each as a job of its own", async () => {
    const { page } = await open();
    const paths = [bigFile("one.mp4", mebibyte), bigFile("two.mp4", mebibyte)];

    await chooseVideo(page, paths);

    await expect.poll(() => sent("put").length).toBe(2);
    await page.getByRole("link", { name: "one.mp4" }).first().waitFor();
    await page.getByRole("link", { name: "two.mp4" }).first().waitFor();
    await page.context().close();
  });
});
