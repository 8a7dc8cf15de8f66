import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { makeNumberedClip } from "../support/numbered-clip.ts";
import {
  chooseVideo,
  hasBrowser,
  openBrowser,
  openPage,
  paintedPixels,
  playedFrames,
  seekTo,
  violations,
} from "../support/page.ts";
import { startSystem, type System } from "../support/system.ts";

describe.skipIf(!hasBrowser)("the page on the whole system", () => {
  let system: System;
  let browser: Browser;

  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  const open = () => openPage(browser, `${system.running.page_url}/#key=${system.running.api_key}`);
  const jobIdOf = (page: Page) => /jobs\/(\w+)/.exec(page.url())![1]!;

  async function uploaded(page: Page, path: string): Promise<string> {
    await chooseVideo(page, path);
    await page.waitForURL(/#\/jobs\//);
    await page.locator(".screen[data-frame]:not([data-frame='-1'])").waitFor({ timeout: 90_000 });
    return jobIdOf(page);
  }

  test("the address that is printed signs in, is gone at once, and a second tab needs none", async () => {
    const { page, complaints } = await open();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page
      .getByText(/worker/)
      .first()
      .waitFor();
    expect(page.url()).not.toContain("fq_");
    await page.goto(`${system.running.page_url}/#/`);
    await page.goBack();
    expect(page.url()).not.toContain("fq_");
    expect(complaints).toEqual([]);

    const second = await page.context().newPage();
    await second.goto(system.running.page_url);
    await second.getByRole("button", { name: "Sign out" }).click();

    // Out in one tab is out in all.
    await page.getByLabel("API key").waitFor();
    await second.getByLabel("API key").fill("fq_nonsense");
    await second.getByRole("button", { name: "Sign in" }).click();
    await second.getByText("That key opens nothing here").waitFor();
    await second.getByLabel("API key").fill(system.running.api_key!);
    await second.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page.context().close();
  });

  test("a dropped clip comes out with its boxes on the very frames that the worker saw them in", async () => {
    const clip = makeNumberedClip({ frames: 150, variable: true });
    const { page, complaints } = await open();
    const jobId = await uploaded(page, clip.path);

    const { summary } = await system.client.job(jobId);
    expect(summary).toMatchObject({ frames_analysed: 150, completeness: "complete" });
    const missed: unknown[] = [];
    for (let i = 0; i < 20; i++) {
      const seconds = ((i * 0.618034) % 1) * clip.t.at(-1)!;
      const pair = await seekTo(page, seconds);
      if (pair.picture !== pair.overlay) missed.push({ seconds, ...pair });
    }
    expect(missed).toEqual([]);

    await seekTo(page, 0);
    const played = await playedFrames(page, 1.5);
    expect(played.length).toBeGreaterThan(5);
    expect(
      Math.max(...played.map(({ picture, overlay }) => Math.abs(picture - overlay))),
    ).toBeLessThanOrEqual(1);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("the sample's players are boxed, filtered at once, and nothing is out of reach for anybody", async () => {
    const { page, complaints } = await open();
    await uploaded(page, "models/pitch/sample.mp4");
    await seekTo(page, 4);

    const canvas = ".screen canvas";
    await expect.poll(() => paintedPixels(page, canvas), { timeout: 10_000 }).toBeGreaterThan(500);
    const all = await page.locator(".object-table tbody tr").count();
    await page.getByRole("checkbox", { name: /player/ }).uncheck();
    await expect.poll(() => page.locator(".object-table tbody tr").count()).toBeLessThan(all);

    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("an upload in parts survives a reload in its middle; no part is sent twice, and the bytes arrive", async () => {
    const video = await readFile("models/pitch/sample.mp4");
    // A free box at the end of an MP4 is ignored by every reader: the sample, as large as four parts.
    const free = Buffer.alloc(limits.multipartBytesMin + 1024);
    free.writeUInt32BE(free.length, 0);
    free.write("free", 4, "latin1");
    for (let i = 4096; i < free.length; i += 4096) free.writeUInt32LE(i, i - 4);
    const bytes = Buffer.concat([video, free]);
    const path = join(mkdtempSync(join(tmpdir(), "framequeue-big-")), "big.mp4");
    writeFileSync(path, bytes);

    const { page } = await open();
    const parts: string[] = [];
    let held = true;
    // Parts go one after the other: the third is sent once the second is stored, and not only on its way.
    let thirdAsked = false;
    await page.route(/partNumber=/, async (route) => {
      const part = new URL(route.request().url()).searchParams.get("partNumber")!;
      if (held && Number(part) >= 3) {
        thirdAsked = true;
        return;
      }
      parts.push(part);
      await route.continue();
    });
    await chooseVideo(page, path);
    await expect.poll(() => thirdAsked, { timeout: 30_000 }).toBe(true);
    await expect
      .poll(() => page.getByRole("article", { name: /^Upload of/ }).textContent(), {
        timeout: 20_000,
      })
      .toMatch(/4\d %/);
    const jobId = (
      await system.client.call<{ jobs: { job_id: string }[] }>("GET", "/v1/jobs?limit=1")
    ).jobs[0]!.job_id;

    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    held = false;
    await page.getByLabel(/Choose the file again to continue at 4\d %/).setInputFiles(path);
    const job = await system.client.ended(jobId);

    expect(job.status).toBe("completed");
    expect(parts.toSorted()).toEqual(["1", "2", "3", "4", "5"]);
    const { source } = await system.client.results(jobId);
    const arrived = Buffer.from(await (await fetch(source.url)).arrayBuffer());
    const digest = (each: Buffer) => createHash("sha256").update(each).digest("hex");
    expect(digest(arrived)).toBe(digest(bytes));
    await page.context().close();
  });
});
