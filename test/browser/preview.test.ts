import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findTools, type Tools } from "../../gpu-worker/ffmpeg/find.ts";
import { putExtrasJob } from "../support/extras-job.ts";
import { makeNumberedClip } from "../support/numbered-clip.ts";
import { openWorld } from "../support/page-world.ts";
import type { World } from "../support/page-world.ts";
import { hasBrowser, openPage, playAgain, playedFrames, seekTo } from "../support/page.ts";

const screenshots = process.env["FRAMEQUEUE_SCREENSHOTS"];

describe.skipIf(!hasBrowser)("a video that browsers do not play", () => {
  let world: World;
  let tools: Tools;
  let jobs: Readonly<Record<string, Awaited<ReturnType<typeof putExtrasJob>>>>;

  beforeAll(async () => {
    world = await openWorld();
    tools = await findTools({ environment: process.env });
    const steady = makeNumberedClip({ frames: 240, audio: true });
    const uneven = makeNumberedClip({ frames: 240, variable: true });
    const mpeg2 = ["-c:v", "mpeg2video", "-q:v", "2", "-bf", "2"];
    const put = (how: Parameters<typeof putExtrasJob>[2]) => putExtrasJob(world.api, tools, how);
    jobs = {
      "MPEG-2 in a transport stream that starts late, with sound": await put({
        clip: steady,
        extension: "ts",
        options: [...mpeg2, "-c:a", "mp2", "-output_ts_offset", "3600"],
      }),
      "HEVC with B-frames and uneven times in MKV": await put({
        clip: uneven,
        extension: "mkv",
        options: ["-c:v", "libx265", "-x265-params", "log-level=none", "-crf", "12"],
      }),
      "MPEG-2 of which a range was analysed": await put({
        clip: steady,
        extension: "mkv",
        options: [...mpeg2, "-an"],
        range: { start: 2, end: 5 },
      }),
      "MPEG-2 of two recordings that were joined": await put({
        clip: makeNumberedClip({ frames: 100 }),
        extension: "ts",
        options: [...mpeg2, "-an"],
        copies: 2,
      }),
    };
  });
  afterAll(() => world?.close());

  async function open({ jobId }: { jobId: string }) {
    const opened = await openPage(world.browser, `${world.origin}/#/jobs/${jobId}`);
    await opened.page.locator(".screen[data-frame]:not([data-frame='-1'])").waitFor();
    return opened;
  }

  test.each([
    ["MPEG-2 in a transport stream that starts late, with sound", 0, 240],
    ["HEVC with B-frames and uneven times in MKV", 0, 240],
    ["MPEG-2 of which a range was analysed", 60, 150],
    ["MPEG-2 of two recordings that were joined", 0, 100],
  ])("is shown by its preview, boxes on the very frame: %s", async (name, first, end) => {
    const job = jobs[name]!;
    const { page, complaints } = await open(job);
    const start = job.playback.preview_start!;
    const seconds = job.t[end - 1]! - start;

    const pictures: number[] = [];
    const missed: unknown[] = [];
    for (let i = 0; i < 25; i++) {
      const pair = await seekTo(page, ((i * 0.618034) % 1) * (seconds + 0.02));
      pictures.push(pair.picture);
      if (pair.picture !== pair.overlay) missed.push(pair);
    }

    expect(missed).toEqual([]);
    expect(new Set(pictures).size).toBeGreaterThan(20);
    expect(Math.min(...pictures)).toBeGreaterThanOrEqual(first);
    expect(Math.max(...pictures)).toBeLessThan(end);
    expect((await seekTo(page, 0)).picture).toBe(first);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("is at most one frame off while its preview plays", playAgain, async () => {
    const { page } = await open(jobs["HEVC with B-frames and uneven times in MKV"]!);

    const pairs = await playedFrames(page, 2);

    expect(pairs.length).toBeGreaterThan(20);
    const farthest = Math.max(...pairs.map(({ picture, overlay }) => Math.abs(picture - overlay)));
    expect(farthest).toBeLessThanOrEqual(1);
    await page.context().close();
  });

  test("says that a preview is shown, and why, and offers it", async () => {
    const { page } = await open(jobs["HEVC with B-frames and uneven times in MKV"]!);

    await page.getByText("a preview Browsers do not open MKV files.").waitFor();
    expect(await page.getByRole("link", { name: "preview.mp4" }).count()).toBe(1);
    await page.context().close();
  });

  test("a hover and the keyboard show what is at a place of the timeline", async () => {
    const { page, complaints } = await open(
      jobs["MPEG-2 in a transport stream that starts late, with sound"]!,
    );
    const timeline = page.getByRole("slider", { name: "Place in the video" });
    const { width } = (await timeline.boundingBox())!;
    const picture = page.locator(".peek-picture");
    const startShown = async () => Number(await picture.getAttribute("data-start"));

    await timeline.hover({ position: { x: width * 0.56, y: 10 } });
    await picture.waitFor();
    const hovered = await startShown();
    const box = (await picture.boundingBox())!;
    if (screenshots) await page.screenshot({ path: `${screenshots}/hover.png` });
    await page.mouse.move(5, 5);
    await expect.poll(() => picture.count()).toBe(0);

    // A key first: only then does the browser take the focus for a keyboard's.
    await page.keyboard.press("Tab");
    await timeline.focus();
    await page.keyboard.press("End");
    await expect.poll(startShown).toBeGreaterThan(6);
    if (screenshots) await page.screenshot({ path: `${screenshots}/keyboard.png` });

    expect(hovered).toBeGreaterThan(3);
    expect(hovered).toBeLessThan(4.6);
    expect([Math.round(box.width), Math.round(box.height)]).toEqual([160, 90]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
