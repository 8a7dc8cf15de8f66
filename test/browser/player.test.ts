import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeNumberedClip } from "../support/numbered-clip.ts";
import { ballFrames, putNumberedJob } from "../support/numbered-job.ts";
import { openWorld } from "../support/page-world.ts";
import type { World } from "../support/page-world.ts";
import {
  hasBrowser,
  openPage,
  paintedPixels,
  pausedFrame,
  playAgain,
  playedFrames,
  seekTo,
} from "../support/page.ts";

describe.skipIf(!hasBrowser)("the player", () => {
  let world: World;
  let steady: { jobId: string; t: readonly number[] };
  let uneven: { jobId: string; t: readonly number[] };

  beforeAll(async () => {
    world = await openWorld();
    const [a, b] = [
      makeNumberedClip({ frames: 240, audio: true }),
      makeNumberedClip({ frames: 240, variable: true }),
    ];
    steady = { jobId: putNumberedJob(world.api, a).job_id, t: a.t };
    uneven = { jobId: putNumberedJob(world.api, b).job_id, t: b.t };
  });
  afterAll(() => world?.close());

  async function open(job: { jobId: string }, query = "") {
    const opened = await openPage(world.browser, `${world.origin}/#/jobs/${job.jobId}${query}`);
    await opened.page.locator(".screen[data-frame]:not([data-frame='-1'])").waitFor();
    return opened;
  }
  const place = (page: Page) =>
    page.evaluate<number>(`document.querySelector("video").currentTime`);
  const rowsShown = (page: Page) => page.locator(".object-table tbody tr");

  test.each([
    ["B-frames and sound", () => steady],
    ["B-frames and a variable frame rate", () => uneven],
  ])("draws the boxes of the very frame that is on the screen: %s", async (_, job) => {
    const { page, complaints } = await open(job());
    const { t } = job();

    const missed: unknown[] = [];
    for (let i = 0; i < 30; i++) {
      const seconds = ((i * 0.618034) % 1) * (t.at(-1)! + 0.02);
      const pair = await seekTo(page, seconds);
      if (pair.picture !== pair.overlay) missed.push({ seconds, ...pair });
    }

    expect(missed).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test.each([
    ["B-frames and sound", () => steady],
    ["B-frames and a variable frame rate", () => uneven],
  ])("is at most one frame off while it plays: %s", playAgain, async (_, job) => {
    const { page } = await open(job());

    const pairs = await playedFrames(page, 2);

    expect(pairs.length).toBeGreaterThan(20);
    const farthest = Math.max(...pairs.map(({ picture, overlay }) => Math.abs(picture - overlay)));
    expect(farthest).toBeLessThanOrEqual(1);
    await page.context().close();
  });

  test("begins where the analysed part does, and says of what is before it that nobody looked", async () => {
    const clip = makeNumberedClip({ frames: 240 });
    const part = putNumberedJob(world.api, clip, { firstFrame: 60 });
    const { page, complaints } = await open({ jobId: part.job_id });

    expect(await pausedFrame(page)).toMatchObject({ picture: 60, overlay: 60 });
    const before = await seekTo(page, clip.t[30]! + 0.01);
    expect(before).toMatchObject({ picture: 30, overlay: -1 });
    await page.getByText("This picture was not analysed.").waitFor();

    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("steps from a picture that nobody looked at to the nearest that somebody did", async () => {
    const clip = makeNumberedClip({ frames: 240 });
    const part = putNumberedJob(world.api, clip, { firstFrame: 60, endFrame: 180 });
    const { page } = await open({ jobId: part.job_id });
    await pausedFrame(page);

    expect(await seekTo(page, clip.t[200]! + 0.01)).toMatchObject({ overlay: -1 });
    await page.keyboard.press("ArrowLeft");
    expect(await pausedFrame(page)).toEqual({ picture: 179, overlay: 179 });

    expect(await seekTo(page, clip.t[30]! + 0.01)).toMatchObject({ overlay: -1 });
    await page.keyboard.press("ArrowRight");
    expect(await pausedFrame(page)).toEqual({ picture: 60, overlay: 60 });
    await page.context().close();
  });

  test("puts no still picture of another frame under the first frame's boxes", async () => {
    const { page } = await open(steady);

    expect(await page.locator("video").getAttribute("poster")).toBeNull();
    await page.context().close();
  });

  test("steps frame by frame, also through frames that are close together", async () => {
    const { page } = await open(uneven);
    const seen: number[] = [];

    for (let i = 0; i < 12; i++) {
      await page.keyboard.press("ArrowRight");
      const { picture, overlay } = await pausedFrame(page);
      expect(overlay).toBe(picture);
      seen.push(picture);
    }
    await page.keyboard.press("ArrowLeft");

    expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect((await pausedFrame(page)).picture).toBe(11);
    await page.context().close();
  });

  test("counts every key when keys come faster than seeks end", async () => {
    const { page } = await open(steady);

    await page.evaluate(`for (let i = 0; i < 12; i++)
      dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }))`);

    expect((await pausedFrame(page)).picture).toBe(12);
    await page.context().close();
  });

  test("finds the next frame that the filter leaves something on", async () => {
    const { page } = await open(steady, "?class=ball");
    await pausedFrame(page);

    await page.keyboard.press("Shift+ArrowRight");
    const first = await pausedFrame(page);
    await page.keyboard.press("Shift+ArrowLeft");
    const none = await pausedFrame(page);

    expect(first).toEqual({ picture: ballFrames.first, overlay: ballFrames.first });
    expect(none).toEqual(first);
    await page.context().close();
  });

  test("filters by score and class at once, and takes it back", async () => {
    const { page } = await open(steady, `?t=${steady.t[130]! + 0.01}`);
    const rows = rowsShown(page);
    await expect.poll(() => rows.count()).toBe(2);

    await page.getByLabel("Lowest score that is shown").focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowRight");
    await expect.poll(() => rows.count()).toBe(1);
    await page.keyboard.press("Home");
    await expect.poll(() => rows.count()).toBe(3);
    await page.getByRole("checkbox", { name: /player/ }).uncheck();
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByRole("button", { name: "Reset" }).click();

    await expect.poll(() => rows.count()).toBe(2);
    await page.context().close();
  });

  test("shows the rest faintly, and nothing at all, when asked", async () => {
    const { page } = await open(steady, `?t=${steady.t[130]! + 0.01}`);
    await pausedFrame(page);
    const usual = await paintedPixels(page, ".screen canvas");

    await page.getByLabel("Show the rest faintly").check();
    const faint = await paintedPixels(page, ".screen canvas");
    await page.keyboard.press("o");
    await expect.poll(() => paintedPixels(page, ".screen canvas")).toBe(0);

    expect(usual).toBeGreaterThan(0);
    expect(faint).toBeGreaterThan(usual);
    await page.context().close();
  });

  test("keeps place and filter in an address that can be shared", async () => {
    const { page } = await open(steady);

    await seekTo(page, 4.01);
    await page.keyboard.press("]");
    await page.getByRole("checkbox", { name: /ball/ }).uncheck();
    await page.waitForURL(/t=4.017&score=0\.4&class=player$/);
    await page.reload();

    await page.locator(".screen[data-frame='120']").waitFor();
    expect((await pausedFrame(page)).picture).toBe(120);
    expect(await page.getByLabel("Lowest score that is shown").inputValue()).toBe("0.4");
    expect(await page.getByRole("checkbox", { name: /ball/ }).isChecked()).toBe(false);
    await page.context().close();
  });

  test.each([
    ["AltGr", { modifierAltGraph: true, altKey: true }],
    ["Ctrl and Alt", { ctrlKey: true, altKey: true }],
  ])(
    "takes a bracket that is written with %s, and leaves other commands alone",
    async (_, held) => {
      const { page } = await open(steady);
      const score = page.getByLabel("Lowest score that is shown");
      const press = (key: string, modifiers: object) =>
        page.evaluate(
          `dispatchEvent(new KeyboardEvent("keydown", ${JSON.stringify({ key, ...modifiers })}))`,
        );
      const shown = async () => Number(await score.inputValue());
      const before = await shown();

      await press("]", held);
      await expect.poll(shown).toBeCloseTo(before + 0.05);
      await press("]", { ctrlKey: true });
      await press("[", held);

      await expect.poll(shown).toBeCloseTo(before);
      await page.context().close();
    },
  );

  test("seeks where the timeline is clicked, and by keys on it", async () => {
    const { page } = await open(steady);
    const timeline = page.getByRole("slider", { name: "Place in the video" });
    const { width } = (await timeline.boundingBox())!;

    await timeline.click({ position: { x: width / 2, y: 10 } });
    await expect.poll(() => place(page)).toBeCloseTo(4, 1);
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => place(page)).toBeCloseTo(5, 1);
    await page.keyboard.press("Home");
    await expect.poll(() => place(page)).toBe(0);

    // What is found there follows with the picture.
    await expect
      .poll(() => timeline.getAttribute("aria-valuetext"))
      .toMatch(/^0:00\.00 of 0:08\.\d\d, 1 player$/);
    expect(await paintedPixels(page, ".lane-canvas")).toBeGreaterThan(500);
    await page.context().close();
  });

  test("reads the files again with fresh links when their signatures have run out", async () => {
    let refused = 0;
    world.api.bucket.intercept = async ({ key }) =>
      key.endsWith("detections.ndjson.gz") && refused++ === 0 ? 403 : undefined;

    const { page } = await open(steady);
    world.api.bucket.intercept = async () => undefined;
    expect(refused).toBe(2);

    await page.getByLabel("Speed").selectOption("2");
    await page.evaluate(`document.querySelector("video").src += "x"`);
    await expect.poll(async () => (await seekTo(page, 2.01)).picture).toBe(60);
    expect(await page.evaluate(`document.querySelector("video").playbackRate`)).toBe(2);
    expect(await page.locator(".unplayable").count()).toBe(0);
    await page.context().close();
  });

  test("says so when the browser cannot play the video, and keeps the rest usable", async () => {
    const clip = { ...makeNumberedClip({ frames: 30 }) };
    const job = putNumberedJob(world.api, clip);
    world.api.bucket.objects.set(`uploads/${job.job_id}/source`, {
      body: Buffer.from("not a video"),
      contentType: "video/mp4",
    });

    const { page } = await openPage(world.browser, `${world.origin}/#/jobs/${job.job_id}`);

    await page.getByText(/This browser cannot play the video/).waitFor();
    expect(await page.getByRole("link", { name: "detections.ndjson.gz" }).count()).toBe(1);
    await page.context().close();
  });
});
