import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { path as installed } from "@ffmpeg-installer/ffmpeg";
import { describe, expect, test } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { findTools, type Tools } from "../../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { makeSprite } from "../../gpu-worker/pipeline/publish/sprite.ts";
import { thumbnailPlan } from "../../gpu-worker/pipeline/publish/thumbnail-plan.ts";
import { webVtt } from "../../gpu-worker/pipeline/publish/webvtt.ts";
import { frameClips } from "../support/frame-clips.ts";
import { numberIn } from "../support/numbered-picture.ts";
import { clip, temporaryFolder } from "./support/clips.ts";
import { picturesIn } from "./support/pictures-in.ts";
import { planned, probed } from "./support/previewed.ts";

const tools = await findTools({ environment: process.env });
const packaged = await findTools({ environment: process.env, ffmpegPath: installed });

/** Frame `n`'s brightness is its number, so that a thumbnail says which frame it is. */
const numbered = (frames: number, rate = 10, size = "320x180") => {
  const source = `nullsrc=s=${size}:r=${rate}:d=${frames / rate},geq=lum=N:cb=128:cr=128`;
  return ["-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p"];
};
const h264 = (keyEvery: number) => [
  "-c:v",
  "libx264",
  "-g",
  String(keyEvery),
  "-sc_threshold",
  "0",
];

/** Brightness of a picture's middle, 0–255. */
function brightness({ ffmpeg }: Tools, path: string, x: number, y: number): number {
  const crop = `crop=2:2:${x}:${y},scale=1:1,format=gray`;
  const args = ["-v", "error", "-i", path, "-vf", crop, "-f", "rawvideo", "pipe:1"];
  return execFileSync(ffmpeg.path, args, { env: ffmpeg.environment })[0]!;
}

const cuesOf = (path: string) =>
  [...readFileSync(path, "utf8").matchAll(/([\d:.]+) --> ([\d:.]+)\nsprite\.jpg#xywh=(.+)\n/g)].map(
    ([, from, to, place]) => ({ from, to, place: place!.split(",").map(Number) }),
  );

describe.each([
  ["the ffmpeg that is found first", tools],
  ["the ffmpeg of the npm package", packaged],
])("with %s", (_, tools) => {
  test("each thumbnail is the key frame of its time, at the place that its cue names", async () => {
    const folder = clip(tools, "mkv", ...numbered(120), ...h264(20));

    const sprite = await makeSprite(tools.ffmpeg, await planned(folder, tools));

    const cues = cuesOf(sprite!.thumbnailsPath);
    expect(cues.map(({ from }) => from)).toEqual(
      [0, 2, 4, 6, 8, 10].map((second) => `00:00:${String(second).padStart(2, "0")}.000`),
    );
    expect(cues.at(-1)!.to).toBe("00:00:12.000");
    expect(cues.map(({ place }) => place[2])).toEqual(cues.map(() => 160));
    // Brightness is stretched from 16–235 to 0–255.
    const seen = cues.map(({ place: [x, y] }) =>
      brightness(tools, sprite!.spritePath, x! + 80, y! + 45),
    );
    const shown = [0, 20, 40, 60, 80, 100].map((n) => Math.max(0, ((n - 16) * 255) / 219));
    for (const [at, value] of shown.entries()) expect(Math.abs(seen[at]! - value)).toBeLessThan(4);
  });

  test.each([
    ["cfr.mp4", 0.002],
    ["no-editlist.mp4", 0.002],
    ["vfr.mp4", 0.002],
    // Its times are those of decoding, earlier by the reordering and the decoder's delay.
    ["mpeg4.avi", 0.13],
  ])(
    "where pictures are reordered each thumbnail has the time of its own: %s",
    async (file, apartMax) => {
      const folder = temporaryFolder();
      const reordered = frameClips.find((each) => each.file === file)!;
      const path = join(folder, file);
      await reordered.make(tools.ffmpeg, path);
      renameSync(path, join(folder, sourceName));
      const request = await planned(folder, tools);

      const sprite = await makeSprite(tools.ffmpeg, request);

      const cues = cuesOf(sprite!.thumbnailsPath);
      const { width, height } = reordered.size;
      const [tiles] = picturesIn(sprite!.spritePath, tools, { width: cues.length * width, height });
      const shown = cues.map((_, at) => numberIn((x, y) => tiles!((x + at) / cues.length, y)));
      expect(shown.length).toBeGreaterThan(1);
      const apart = cues.map(({ from }, at) =>
        Math.abs(Number(from!.slice(6)) - reordered.seconds(shown[at]!)),
      );
      expect(Math.max(...apart)).toBeLessThan(apartMax);
    },
  );

  test("of a video of key frames alone a few are sought, each at its own time", async () => {
    const folder = clip(tools, "avi", ...numbered(120), "-c:v", "mjpeg", "-q:v", "2");
    const request = await planned(folder, tools);

    const sprite = await makeSprite(tools.ffmpeg, request);

    expect(thumbnailPlan(request.video, request.selection)!.mode).toBe("seeks");
    const cues = cuesOf(sprite!.thumbnailsPath);
    expect(cues).toHaveLength(4);
    expect(cues.map(({ from }) => from)).toEqual(
      ["00", "03", "06", "09"].map((second) => `00:00:${second}.000`),
    );
    const [x, y] = cues[2]!.place;
    const seen = brightness(tools, sprite!.spritePath, x! + 80, y! + 45);
    expect(Math.abs(seen - ((60 - 16) * 255) / 219)).toBeLessThan(6);
  });

  test("a range has thumbnails of just its own frames", async () => {
    const folder = clip(tools, "ts", ...numbered(120), ...h264(10), "-output_ts_offset", "50");

    const sprite = await makeSprite(
      tools.ffmpeg,
      await planned(folder, tools, { start: 4, end: 7 }),
    );

    const cues = cuesOf(sprite!.thumbnailsPath);
    expect(cues).toHaveLength(3);
    expect([cues[0]!.from, cues.at(-1)!.to]).toEqual(["00:00:04.000", "00:00:07.000"]);
  });
});

test("there are a hundred thumbnails at most, and the file stays below its bound", async () => {
  const noise = "nullsrc=s=160x90:r=1:d=240,geq=random(1)*255:128:128";
  const folder = clip(tools, "mkv", "-f", "lavfi", "-i", noise, "-c:v", "mjpeg", "-q:v", "2");

  const sprite = await makeSprite(tools.ffmpeg, await planned(folder, tools));

  expect(cuesOf(sprite!.thumbnailsPath)).toHaveLength(100);
  const size = ["-show_entries", "stream=width,height"];
  expect(probed(tools, sprite!.spritePath, ...size)).toEqual(["1600,900"]);
  expect(statSync(sprite!.spritePath).size).toBeLessThan(limits.spriteBytesMax);
});

test("with a single key frame there is no sprite: it would say the same everywhere", async () => {
  const folder = clip(tools, "mp4", ...numbered(30), ...h264(250));

  expect(await makeSprite(tools.ffmpeg, await planned(folder, tools))).toBeUndefined();
});

test("a video with many key frames is not decoded for its thumbnails, whatever its length", async () => {
  const { video, selection } = await planned(clip(tools, "mp4", ...numbered(4), ...h264(1)), tools);
  const ofKeys = (keyEvery: number, frames: number) => {
    const pts = Float64Array.from({ length: frames }, (_, at) => at * 512);
    const keys = pts.filter((_, at) => at % keyEvery === 0);
    const packets = { ...video.packets, pts, keys, lastDuration: 512 };
    return thumbnailPlan({ ...video, timeBase: [1, 12_800], packets }, selection)!;
  };
  const started = (plan: ReturnType<typeof ofKeys>) =>
    plan.mode === "seeks" ? plan.pts.length : 1;

  expect(started(ofKeys(1, 250))).toBe(4);
  expect(started(ofKeys(1, 2500))).toBe(6);
  expect(started(ofKeys(1, 250_000))).toBe(100);
  expect(started(ofKeys(50, 250_000))).toBe(100);
  expect(ofKeys(250, 100_000).mode).toBe("pass");
});

test("WebVTT writes hours, and no time below 0", () => {
  const cues = [
    { start: -0.2, end: 1.0005, text: "a" },
    { start: 3661.25, end: 360_000, text: "b" },
  ];

  expect(webVtt(cues)).toBe(
    "WEBVTT\n\n00:00:00.000 --> 00:00:01.001\na\n\n01:01:01.250 --> 100:00:00.000\nb\n",
  );
});
