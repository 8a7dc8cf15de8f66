import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { turnPicture } from "../support/patch-container.ts";
import { clip } from "./support/clips.ts";
import { decoded } from "./support/decoded.ts";

const tools = await findTools({ environment: process.env });
const testsrc = (options: string) => ["-f", "lavfi", "-i", `testsrc=${options}`];
const h264 = ["-pix_fmt", "yuv420p", "-g", "12"];

/** Times that a video should have: as many as there are frames, `step` apart. */
const evenly = (count: number, step: number, from = 0) =>
  Array.from({ length: count }, (_, index) => expect.closeTo(from + index * step, 5));

test("B-frames come out in the order in which they are shown, each once, with its own time", async () => {
  const folder = clip(tools, "mp4", ...testsrc("d=2:s=96x64:r=25"), ...h264, "-bf", "3");

  const { frames, framesDecoded, gaps, video } = await decoded(folder, tools);

  expect(frames.map(({ frameIndex }) => frameIndex)).toEqual(frames.map((_, index) => index));
  expect(frames.map(({ t }) => t)).toEqual(evenly(50, 0.04));
  expect([framesDecoded, gaps, video.packets.packets]).toEqual([50, [], 50]);
});

test("uneven times are the container's, not index by rate", async () => {
  const folder = clip(
    tools,
    "mkv",
    ...testsrc("d=0.1:s=96x64:r=100"),
    "-vf",
    "setpts=N*N",
    ...h264,
  );

  const { frames } = await decoded(folder, tools);

  expect(frames.map(({ t }) => t)).toEqual(
    Array.from({ length: 10 }, (_, n) => expect.closeTo(n * n * 0.01, 2)),
  );
});

test("a video that starts late keeps its ticks, and its seconds count from its start", async () => {
  const folder = clip(
    tools,
    "ts",
    ...testsrc("d=1:s=96x64:r=25"),
    ...h264,
    "-output_ts_offset",
    "3600",
  );

  const { frames, video } = await decoded(folder, tools);

  expect(video.startTime).toBeGreaterThan(3600);
  expect(frames[0]!.pts).toBeGreaterThan(3600 * 90_000);
  expect(frames.map(({ t }) => t)).toEqual(evenly(25, 0.04));
});

test("what an edit list cuts away is not shown, and not missed", async () => {
  const whole = clip(tools, "mp4", ...testsrc("d=2:s=96x64:r=25"), ...h264, "-bf", "2");
  const folder = clip(tools, "mp4", "-ss", "0.7", "-i", join(whole, sourceName), "-c", "copy");

  const { frames, gaps, video } = await decoded(folder, tools);

  expect(video.packets.packets).toBeGreaterThan(video.packets.pts.length);
  expect(frames.length).toBe(video.packets.pts.length);
  expect(gaps).toEqual([]);
});

test("two frames that the container gives one time are both there, one of them a tick later", async () => {
  const uneven = "settb=1/100000,setpts=if(eq(mod(N\\,10)\\,5)\\,N-0.99\\,N)*4000";
  const kept = [...tools.ffmpeg.passthrough, "-enc_time_base", "1/100000"];
  const matroska = clip(
    tools,
    "mkv",
    ...testsrc("d=2:s=96x64:r=25"),
    "-vf",
    uneven,
    ...kept,
    ...h264,
  );
  const folder = clip(tools, "mp4", "-i", join(matroska, sourceName), "-c", "copy");

  const { frames, video, gaps } = await decoded(folder, tools);

  const { pts } = video.packets;
  expect(pts.filter((time, index) => time === pts[index - 1]).length).toBeGreaterThan(0);
  // Some builds end the edit list before the last frame.
  expect(pts.length).toBeGreaterThanOrEqual(49);
  expect(frames.map(({ frameIndex }) => frameIndex)).toEqual(range(pts.length));
  expect(gaps).toEqual([]);
});

describe("rotation is applied once", () => {
  // White at the top, black below: where the white is tells how the picture stands.
  const half = [
    "-f",
    "lavfi",
    "-i",
    "color=white:s=96x16:d=0.2:r=10",
    "-vf",
    "pad=96:64:0:0:black",
  ];
  const brightness = (pixels: Uint8Array, x: number, y: number) => pixels[(y * 64 + x) * 3]!;

  test.each([
    [0, 96, 64, "top"],
    [90, 64, 96, "right"],
    [180, 96, 64, "bottom"],
    [270, 64, 96, "left"],
  ] as const)("%i degrees clockwise: %i × %i, white %s", async (degrees, width, height, white) => {
    const upright = clip(tools, "mp4", ...half, ...h264);
    const folder = clip(tools, "mov", "-i", join(upright, sourceName), "-c", "copy");
    turnPicture(join(folder, sourceName), degrees);

    const { frames, video } = await decoded(folder, tools);
    const { pixels } = frames[0]!;
    // The picture fills the input's longer side; what is left is padding on the right or below.
    const [right, bottom] = width > height ? [60, 38] : [38, 60];
    const edges = {
      top: brightness(pixels, right >> 1, 3),
      right: brightness(pixels, right, bottom >> 1),
      bottom: brightness(pixels, right >> 1, bottom),
      left: brightness(pixels, 3, bottom >> 1),
    };

    expect(video).toMatchObject({ width, height, rotation: degrees });
    expect(Object.entries(edges).sort(([, a], [, b]) => b - a)[0]![0]).toBe(white);
  });
});

test("padding is exactly the model's grey", async () => {
  const folder = clip(tools, "mp4", ...testsrc("d=0.2:s=96x48:r=10"), ...h264);

  const { frames } = await decoded(folder, tools);

  const below = frames[0]!.pixels.subarray(32 * 64 * 3);
  expect(new Set(below)).toEqual(new Set([114]));
});

test("pixels that are not square are not stretched", async () => {
  const folder = clip(tools, "mp4", ...testsrc("d=0.2:s=96x64:r=10"), "-vf", "setsar=2", ...h264);

  const { video } = await decoded(folder, tools);

  expect(video).toMatchObject({ width: 96, height: 64, pixelAspectRatio: 2 });
});

describe("sampling takes exactly the frames that it says", () => {
  const folder = clip(tools, "mp4", ...testsrc("d=4:s=96x64:r=25"), ...h264, "-bf", "2");
  const all = decoded(folder, tools);

  test.each([
    [
      "every 7th",
      { sampling: { mode: "stride", stride: 7 } },
      range(100).filter((n) => n % 7 === 0),
    ],
    ["5 a second", { sampling: { mode: "fps", fps: 5 } }, range(20).map((n) => n * 5)],
    [
      "10 a second of 25",
      { sampling: { mode: "fps", fps: 10 } },
      range(40).map((n) => Math.ceil(n * 2.5)),
    ],
    ["more than there are", { sampling: { mode: "fps", fps: 60 } }, range(100)],
    ["1.2 s to 2 s, half open", { range: { start: 1.2, end: 2 } }, range(20).map((n) => n + 30)],
    [
      "both",
      { range: { start: 1, end: 2 }, sampling: { mode: "fps", fps: 5 } },
      range(5).map((n) => n * 5 + 25),
    ],
  ] as const)("%s", async (_, request, indexes) => {
    const { frames, gaps } = await decoded(folder, tools, request);
    const everything = (await all).frames;

    expect(frames.map(({ frameIndex }) => frameIndex)).toEqual(indexes);
    expect(frames).toEqual(indexes.map((index) => everything[index]));
    expect(gaps).toEqual([]);
  });

  test("also where a tick is as long as a frame, which must not be taken for rounding", async () => {
    const coarse = clip(tools, "avi", ...testsrc("d=1:s=96x64:r=25"), "-c:v", "mjpeg");

    const { frames } = await decoded(coarse, tools, { sampling: { mode: "fps", fps: 10 } });

    expect(frames.map(({ frameIndex }) => frameIndex)).toEqual(
      range(10).map((n) => Math.ceil(n * 2.5)),
    );
  });
});

describe("what is missing has a name", () => {
  const made = (seconds = 4) =>
    clip(
      tools,
      "mp4",
      ...testsrc(`d=${seconds}:s=320x240:r=25`),
      ...h264,
      "-movflags",
      "+faststart",
    );

  test("a file that ends early: what came is kept, the rest is a gap up to the end", async () => {
    const folder = made();
    const path = join(folder, sourceName);
    truncateSync(path, Math.floor(readFileSync(path).length * 0.6));

    const { frames, gaps } = await decoded(folder, tools);

    expect(frames.length).toBeGreaterThan(10);
    expect(frames.length).toBeLessThan(100);
    expect(gaps.at(-1)).toMatchObject({ end: 4 });
    expect(gaps).toHaveLength(1);
    // The picture that was cut is decoded before those that are shown before it.
    expect(gaps[0]!.start).toBeLessThanOrEqual(frames.at(-1)!.t + 0.04);
    expect(gaps[0]!.start).toBeGreaterThan(frames.at(-1)!.t - 0.2);
  });

  test("damage in the middle: the damaged stretch is named, at its place, up to a key frame", async () => {
    const folder = made(8);
    const path = join(folder, sourceName);
    const bytes = readFileSync(path);
    const middle = Math.floor(bytes.length * 0.5);
    bytes.fill(0xff, middle, middle + 1500);
    writeFileSync(path, bytes);

    const { gaps } = await decoded(folder, tools);

    expect(gaps.length).toBeGreaterThan(0);
    expect(gaps[0]!.start).toBeGreaterThan(1);
    expect(gaps.at(-1)!.end).toBeLessThan(8);
    expect((gaps.at(-1)!.end * 25) % 12).toBeCloseTo(0);
  });

  test("an AVI that has decoding times only: the end that is cut away is missed", async () => {
    const folder = clip(tools, "avi", ...testsrc("d=4:s=320x240:r=25"), ...h264, "-bf", "2");
    const whole = await decoded(folder, tools);
    const path = join(folder, sourceName);
    truncateSync(path, Math.floor(readFileSync(path).length * 0.6));

    const cut = await decoded(folder, tools);

    expect([whole.frames.length, whole.gaps]).toEqual([100, []]);
    expect(cut.frames.length).toBeLessThan(100);
    // As late as the decoder gives frames out, where there are decoding times only.
    expect(cut.gaps.at(-1)!.end).toBeCloseTo(whole.frames.at(-1)!.t + 0.04, 5);
  });

  test("a gap outside the asked range is none", async () => {
    const folder = made();
    const path = join(folder, sourceName);
    truncateSync(path, Math.floor(readFileSync(path).length * 0.6));

    const { gaps, frames } = await decoded(folder, tools, { range: { start: 0, end: 0.4 } });

    expect(frames).toHaveLength(10);
    expect(gaps).toEqual([]);
  });
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
