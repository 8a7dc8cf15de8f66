import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { clockOf } from "../../gpu-worker/pipeline/decode/timeline.ts";
import { probe } from "../../gpu-worker/pipeline/probe/probe.ts";
import { documentTypeOf } from "../../gpu-worker/pipeline/publish/document-type.ts";
import { whyPreview } from "../../gpu-worker/pipeline/publish/plays-in-browsers.ts";
import { clip } from "../gpu-worker/support/clips.ts";
import { listen } from "../support/http-server.ts";
import { hasBrowser, openBrowser } from "../support/page.ts";

const tools = await findTools({ environment: process.env });
const known = execFileSync(tools.ffmpeg.path, ["-hide_banner", "-encoders"], {
  encoding: "utf8",
  env: tools.ffmpeg.environment,
});
const x264 = "-c:v libx264 -bf 2 -g 12";
const av1 = known.includes("libsvtav1")
  ? "-c:v libsvtav1 -preset 12"
  : "-c:v libaom-av1 -cpu-used 8";

/** Format, extension, encoder; whether Chromium shows it. What it does not show must be known to need a preview. */
const formats = [
  ["mp4", `${x264} -pix_fmt yuv420p`, true],
  ["mp4", `${x264} -pix_fmt yuvj420p`, true],
  ["mov", `${x264} -pix_fmt yuv420p`, true],
  ["mp4", `${x264} -pix_fmt yuv420p -movflags frag_keyframe+empty_moov`, true],
  ["mp4", "-c:v libvpx-vp9 -cpu-used 8 -pix_fmt yuv420p", true],
  ["mp4", `${av1} -pix_fmt yuv420p`, true],
  ["webm", "-c:v libvpx -cpu-used 8 -pix_fmt yuv420p", true],
  ["webm", "-c:v libvpx-vp9 -cpu-used 8 -pix_fmt yuv420p", true],
  ["webm", "-c:v libvpx-vp9 -cpu-used 8 -pix_fmt yuv420p10le -profile:v 2", true],
  ["webm", `${av1} -pix_fmt yuv420p`, true],
  ["mp4", `${x264} -pix_fmt yuv420p -c:a aac`, true],
  ["mp4", `${x264} -pix_fmt yuv420p -c:a ac3`, true],
  ["mp4", `${x264} -pix_fmt yuv420p10le`, undefined],
  ["mp4", `${x264} -pix_fmt yuv444p`, undefined],
  ["mkv", `${x264} -pix_fmt yuv420p`, undefined],
  ["mp4", "-c:v libx265 -x265-params log-level=none -pix_fmt yuv420p", false],
  ["mp4", "-c:v mpeg4", false],
  ["mov", "-c:v prores", false],
  ["mp4", "-c:v mpeg2video", false],
  ["ts", `${x264} -pix_fmt yuv420p`, false],
  ["mpg", "-c:v mpeg2video", false],
  ["avi", "-c:v mjpeg -q:v 2", false],
  ["flv", `${x264} -pix_fmt yuv420p`, false],
  ["gif", "-pix_fmt bgr8", false],
] as const;

describe.skipIf(!hasBrowser)("what Chromium makes of a video", () => {
  const files = new Map<string, Buffer>();
  let site: Awaited<ReturnType<typeof listen>>;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    site = await listen(
      createServer((request, response) => {
        const body = files.get(request.url ?? "");
        if (!body)
          return response.setHeader("content-type", "text/html").end("<video muted></video>");
        const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
        response.writeHead(206, {
          "content-type": "application/octet-stream",
          "content-range": `bytes ${from}-${body.length - 1}/${body.length}`,
        });
        return response.end(body.subarray(from));
      }),
    );
    browser = await openBrowser();
    page = await browser.newPage();
    await page.goto(site.origin);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  /** Times of the first picture and of the one in the middle, as the player says them; undefined if it shows none. */
  const shown = (address: string, seconds: number) =>
    page.evaluate<[number, number] | null>(`(async () => {
      const video = document.querySelector("video");
      const picture = () => new Promise((resolve) => {
        video.requestVideoFrameCallback((_, { mediaTime }) => resolve(mediaTime));
        video.onerror = () => resolve(null);
        setTimeout(() => resolve(null), 5000);
      });
      const first = picture();
      video.src = ${JSON.stringify(address)};
      if ((await first) === null) return null;
      const middle = picture();
      video.currentTime = (await first) + ${seconds};
      return [await first, await middle];
    })()`);

  test.for(formats)("%s by %s", async ([extension, encoder, expected], { skip }) => {
    const encoderName = /-c:v (\S+)/.exec(encoder)?.[1] ?? extension;
    skip(!known.includes(` ${encoderName} `), `SKIPPED: this ffmpeg has no ${encoderName}.`);
    const picture = ["-f", "lavfi", "-i", "testsrc=d=1.2:s=160x90:r=25"];
    const sound = encoder.includes("-c:a") ? ["-f", "lavfi", "-i", "sine=d=1.2"] : ["-an"];
    const source = [...picture, ...sound];
    const folder = clip(tools, extension, ...source, ...encoder.split(" "));
    const path = join(folder, sourceName);
    const signal = new AbortController().signal;
    const video = await probe(tools.ffprobe, { folder, signal, advance: () => {} });
    const documentType = await documentTypeOf(path);
    const why = whyPreview({ ...video, documentType });
    const clock = clockOf(video);
    const [first, middle] = [video.packets.pts[0]!, video.packets.pts[15]!].map(clock.secondsAt);
    const address = `/${files.size}`;
    files.set(address, readFileSync(path));

    const seen = await shown(address, middle! - first! + 0.01);

    const moved = seen ? seen[1] - seen[0] : Number.NaN;
    const isShownRight = Math.abs(moved - (middle! - first!)) < 0.001;

    // Some formats Chromium shows and others do not: then a preview is made all the same.
    expect(isShownRight).toBe(expected ?? isShownRight);
    expect(why === undefined).toBe(expected === true);
  });
});
