import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jobView } from "../support/fake-api.ts";
import { makeNumberedClip } from "../support/numbered-clip.ts";
import { ballFrames, putNumberedJob } from "../support/numbered-job.ts";
import { ago, openWorld } from "../support/page-world.ts";
import type { World } from "../support/page-world.ts";
import { hasBrowser, openPage, pausedFrame, violations } from "../support/page.ts";

describe.skipIf(!hasBrowser)("the page for everybody", () => {
  let world: World;
  const jobs: Record<string, string> = {};

  beforeAll(async () => {
    world = await openWorld();
    const { api } = world;
    jobs["completed"] = putNumberedJob(api, makeNumberedClip({ frames: 150 })).job_id;
    const put = (name: string, change: Parameters<typeof jobView>[0]) =>
      (jobs[name] = api.put(jobView({ filename: `${name}.mp4`, ...change })).job_id);
    put("waiting", {
      status: "pending",
      blocked_reason: {
        code: "WORKERS_ON_OTHER_QUEUE",
        message: "1 worker is alive on another queue.",
        queue_id: "queue-a",
        worker_queue_ids: ["queue-b"],
      },
    });
    put("running", {
      status: "running",
      worker_id: "worker-1",
      progress: {
        stage: "detect",
        fraction: 0.43,
        frames_done: 6,
        frames_total: 14,
        frames_per_second: 12.5,
        seconds_left: 1,
        updated_at: ago(1),
      },
    });
    put("failed", {
      status: "failed",
      error: {
        code: "NOT_A_VIDEO",
        title: "The file is not a video, or too damaged to open",
        message: "ffprobe found no stream.",
        hint: "Play it in another program.",
        docs: "https://example.org/errors#not_a_video",
      },
    });
    put("cancelled", { status: "cancelled" });
    put("expired", { status: "expired" });
    put("awaiting", {
      status: "awaiting_upload",
      blocked_reason: { code: "AWAITING_UPLOAD", message: "The upload has not ended." },
    });
  });
  afterAll(() => world?.close());

  const views: readonly (readonly [view: string, hash: () => string, ready: string])[] = [
    ["the first view", () => "", ".job"],
    ["a list without a match", () => "#/?status=completed", ".job"],
    ["a completed job", () => `#/jobs/${jobs["completed"]}?t=4.15`, ".object-table"],
    ["a waiting job", () => `#/jobs/${jobs["waiting"]}`, ".waiting"],
    ["a running job", () => `#/jobs/${jobs["running"]}`, ".running"],
    ["a failed job", () => `#/jobs/${jobs["failed"]}`, ".failure"],
    ["a cancelled job", () => `#/jobs/${jobs["cancelled"]}`, ".history"],
    ["an expired job", () => `#/jobs/${jobs["expired"]}`, ".history"],
    ["a job without its video", () => `#/jobs/${jobs["awaiting"]}`, ".waiting"],
    ["an unknown job", () => "#/jobs/nothing", ".notice"],
    ["an unknown address", () => "#/nowhere", ".empty"],
  ];

  // Only the colours differ between light and dark.
  test.each([
    ["light", undefined],
    ["dark", ["color-contrast"]],
  ] as const)("has no view that axe objects to: %s", async (colorScheme, rules) => {
    const { page } = await openPage(world.browser, world.origin, { colorScheme });
    const found: string[] = [];

    for (const [view, hash, ready] of views) {
      await page.goto(`${world.origin}/${hash()}`);
      await page.locator(ready).first().waitFor();
      found.push(
        ...(await violations(page, rules && [...rules])).map((line) => `${view}: ${line}`),
      );
    }

    expect(found).toEqual([]);
    await page.context().close();
  });

  test("has no dialog that axe objects to", async () => {
    const { page } = await openPage(world.browser, `${world.origin}/#/jobs/${jobs["completed"]}`);
    await page.locator(".object-table").waitFor();

    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    const inHelp = await violations(page);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog", { name: "Delete this job?" }).waitFor();
    const inDelete = await violations(page);

    expect([...inHelp, ...inDelete]).toEqual([]);
    await page.context().close();
  });

  test("works by the keyboard alone, from the list to a frame with objects", async () => {
    const { page } = await openPage(world.browser, world.origin);
    await page.locator(".job").first().waitFor();
    const focused = () => page.evaluate<string>(`document.activeElement.textContent.trim()`);

    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the content");
    for (let i = 0; i < 40 && (await focused()) !== "numbered.mp4"; i++) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.locator(".object-table").waitFor();
    await pausedFrame(page);
    await page.keyboard.press("Space");
    await expect.poll(() => page.evaluate(`document.querySelector("video").paused`)).toBe(false);
    await page.keyboard.press("Space");
    for (let i = 0; i < 12; i++) await page.keyboard.press("]");
    await expect.poll(() => page.url()).toMatch(/score=0\.95/);
    for (let i = 0; i < 8; i++) await page.keyboard.press("[");
    await page.getByRole("checkbox", { name: /player/ }).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+ArrowRight");

    expect((await pausedFrame(page)).overlay).toBe(ballFrames.first);
    await page.context().close();
  });

  test("leaves single keys alone once they are switched off", async () => {
    const { page } = await openPage(world.browser, `${world.origin}/#/jobs/${jobs["completed"]}`);
    await page.locator(".object-table").waitFor();
    await page.keyboard.press("?");
    await page.getByLabel("Use these keys").uncheck();
    await page.keyboard.press("Escape");

    await page.keyboard.press("o");

    const boxes = page.getByRole("button", { name: "Boxes" });
    expect(await boxes.getAttribute("aria-pressed")).toBe("true");
    await page.context().close();
  });

  test("fits a telephone without scrolling sideways", async () => {
    const { page } = await openPage(world.browser, world.origin);
    await page.setViewportSize({ width: 360, height: 740 });
    world.api.health = { ...world.api.health, waiting: { jobs: 1234, oldest_since: ago(90) } };

    const tooWide: string[] = [];
    for (const [view, hash, ready] of views) {
      await page.goto(`${world.origin}/${hash()}`);
      await page.locator(ready).first().waitFor();
      const wide = await page.evaluate<number>(`document.documentElement.scrollWidth`);
      if (wide > 360) tooWide.push(view);
    }

    expect(tooWide).toEqual([]);
    await page.context().close();
  });
});
