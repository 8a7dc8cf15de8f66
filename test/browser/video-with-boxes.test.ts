import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { path as ffmpeg } from "@ffmpeg-installer/ffmpeg";
import { path as ffprobe } from "@ffprobe-installer/ffprobe";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeNumberedClip, objectBox } from "../support/numbered-clip.ts";
import type { NumberedClip } from "../support/numbered-clip.ts";
import { putNumberedJob } from "../support/numbered-job.ts";
import { numberIn } from "../support/numbered-picture.ts";
import { openWorld } from "../support/page-world.ts";
import type { World } from "../support/page-world.ts";
import { hasBrowser, openPage, pausedFrame } from "../support/page.ts";

const bytesMax = 2 ** 30;

/** Time and RGB bytes of each picture of a video. */
function picturesIn(path: string, { width, height }: NumberedClip) {
  const asked = "-v error -select_streams v:0 -of csv=p=0 -show_entries packet=pts_time";
  const told = spawnSync(ffprobe, [...asked.split(" "), path]).stdout.toString();
  const t = told
    .trim()
    .split("\n")
    .map(Number)
    .sort((a, b) => a - b);
  const raw = "-vsync passthrough -f rawvideo -pix_fmt rgb24 -";
  const { stdout } = spawnSync(ffmpeg, ["-v", "error", "-i", path, ...raw.split(" ")], {
    maxBuffer: bytesMax,
  });
  const frameBytes = width * height * 3;
  expect(stdout.length).toBe(t.length * frameBytes);
  return t.map((seconds, at) => ({
    t: seconds,
    pixelAt: (x: number, y: number): [number, number, number] => {
      const pixel = at * frameBytes + (Math.floor(y) * width + Math.floor(x)) * 3;
      return [stdout[pixel]!, stdout[pixel + 1]!, stdout[pixel + 2]!];
    },
  }));
}

describe.skipIf(!hasBrowser)("the video with its boxes drawn in", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world?.close());

  async function open(clip: NumberedClip, query = "") {
    const job = putNumberedJob(world.api, clip);
    const { page, complaints } = await openPage(
      world.browser,
      `${world.origin}/#/jobs/${job.job_id}${query}`,
    );
    await page.locator(".screen[data-frame]:not([data-frame='-1'])").waitFor();
    await pausedFrame(page);
    return { page, complaints };
  }

  test.each([
    ["B-frames and sound", { audio: true }],
    ["B-frames and a variable frame rate", { variable: true }],
  ])("has each frame at its time, with its own boxes: %s", async (_, how) => {
    const clip = makeNumberedClip({ frames: 120, ...how });
    const { page, complaints } = await open(clip);

    await page.getByLabel("Format").selectOption("Video with boxes (MP4)");
    const [download] = await Promise.all([
      page.waitForEvent("download", { timeout: 60_000 }),
      page.getByRole("button", { name: "Export" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("numbered-boxes.mp4");
    const path = join(mkdtempSync(join(tmpdir(), "framequeue-boxes-")), "boxes.mp4");
    await download.saveAs(path);

    const pictures = picturesIn(path, clip);
    expect(pictures).toHaveLength(120);
    for (const [n, { t, pixelAt }] of pictures.entries()) {
      expect(t - pictures[0]!.t).toBeCloseTo(clip.t[n]! - clip.t[0]!, 2);
      expect(numberIn((x, y) => pixelAt(x * clip.width, y * clip.height))).toBe(n);
      // The left line of the object's box, two pixels of #ffb224: red and green, and little blue.
      const [left, top, , bottom] = objectBox(n);
      const [red, , blue] = pixelAt(left, (top + bottom) / 2);
      expect(red - blue, `frame ${n}`).toBeGreaterThan(60);
    }
    const streams = spawnSync(ffprobe, ["-v", "error", "-show_entries", "stream=codec_type", path]);
    expect(streams.stdout.toString().includes("audio")).toBe("audio" in how);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("has no box of a class that is not shown", async () => {
    const clip = makeNumberedClip({ frames: 30 });
    const { page } = await open(clip, "?class=ball");

    await page.getByLabel("Format").selectOption("Video with boxes (MP4)");
    const [download] = await Promise.all([
      page.waitForEvent("download", { timeout: 60_000 }),
      page.getByRole("button", { name: "Export" }).click(),
    ]);

    for (const [n, { pixelAt }] of picturesIn(await download.path(), clip).entries()) {
      const [red, , blue] = pixelAt(objectBox(n)[0], 110);
      expect(Math.abs(red - blue)).toBeLessThan(30);
    }
    await page.context().close();
  });

  test("can be stopped, and made again", async () => {
    const { page, complaints } = await open(makeNumberedClip({ frames: 900 }));
    await page.getByLabel("Format").selectOption("Video with boxes (MP4)");

    await page.getByRole("button", { name: "Export" }).click();
    await page.getByText("while this page is open").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();

    await page.getByRole("button", { name: "Export" }).waitFor();
    expect(await page.locator(".notice-bad").count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a video that this browser does not read is a problem with words", async () => {
    const clip = makeNumberedClip({ frames: 30 });
    const { page } = await open(clip);
    await page.evaluate(`VideoDecoder.isConfigSupported = async () => ({ supported: false })`);

    await page.getByLabel("Format").selectOption("Video with boxes (MP4)");
    await page.getByRole("button", { name: "Export" }).click();

    await page.getByText("This browser cannot make the video").waitFor();
    await page.context().close();
  });
});
