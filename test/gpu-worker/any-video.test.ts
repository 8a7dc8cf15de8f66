import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { run } from "../../gpu-worker/ffmpeg/run.ts";
import { truePicture } from "../../gpu-worker/pipeline/decode/true-picture.ts";
import { orientationOf } from "../../gpu-worker/pipeline/probe/orientation.ts";
import { videoFacts } from "../../gpu-worker/pipeline/publish/publish.ts";
import { benchInput, checkClip, inFolder, pixelsOf } from "../support/check-clip.ts";
import { timesShown } from "../../gpu-worker/pipeline/decode/selection.ts";
import { frameClips } from "../support/frame-clips.ts";
import { colourError, numberIn } from "../support/numbered-picture.ts";
import { decoded } from "./support/decoded.ts";

const tools = await findTools({ environment: process.env });
const { stdout: encoders } = await run(tools.ffmpeg, ["-hide_banner", "-encoders"], {
  seconds: 15,
});
const folder = mkdtempSync(join(tmpdir(), "framequeue-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Those that need more than a player's usual care; `npm run frames` goes through them all. */
const hard = [
  "turned-0-mirrored.mp4",
  "turned-90-mirrored.mp4",
  "sar-90.mp4",
  "ten.mkv",
  "interlaced.mkv",
  "fields.mp4",
  "pq.mp4",
  "pq-odd.webm",
  "hlg.mp4",
  "full-10.mp4",
  "limited-709.mp4",
  "resize.ts",
  "wrap.ts",
  "mpeg4.avi",
  "h264.avi",
  "vp8.webm",
];

describe("number, time, place and colour of every frame are true", () => {
  test.each(frameClips.filter(({ file }) => hard.includes(file)))("$name", async (clip) => {
    if (!clip.needs.every((name) => encoders.includes(` ${name} `))) {
      console.warn(`Skipped: ${clip.name}: this ffmpeg has no ${clip.needs.join()}.`);
      return;
    }
    const path = join(folder, clip.file);
    await clip.make(tools.ffmpeg, path);

    const checked = await checkClip(clip, path, tools);

    expect(checked.faults).toEqual([]);
    expect(checked.video.packets.pts).toHaveLength(clip.packets);
    expect(checked.video.fieldsApart).toBe(clip.packets > clip.frames);
    expect(timesShown(checked.video)).toHaveLength(clip.frames);
  });
});

test("HDR that this ffmpeg cannot bring to SDR is analysed as it is, and the result says so", async () => {
  const clip = frameClips.find(({ file }) => file === "hlg.mp4")!;
  const path = join(folder, clip.file);
  await clip.make(tools.ffmpeg, path);
  const without = { ...tools, ffmpeg: { ...tools.ffmpeg, toneMapping: false } };

  const dull = await checkClip(clip, path, without);
  const bright = await checkClip(clip, path, tools);

  expect(truePicture(dull.video, without.ffmpeg, dull.placement)).toEqual([]);
  expect(dull.frames).toHaveLength(clip.frames);
  expect(dull.colourOff).toBeGreaterThan(bright.colourOff);
  expect(videoFacts({ ...dull, toneMapping: false }).dynamic_range).toBe("not_mapped");
  expect(videoFacts({ ...bright, toneMapping: true }).dynamic_range).toBe("tone_mapped");
});

describe("the display matrix is read in full", () => {
  const printed = (a: number, b: number, c: number, d: number) => ({
    tags: {},
    side_data_list: [
      {
        displaymatrix: `\n00000000: ${a * 65_536} ${b * 65_536} 0\n00000001: ${c * 65_536} ${d * 65_536} 0\n00000002: 0 0 1073741824\n`,
      },
    ],
  });

  test.each([
    ["as it is", printed(1, 0, 0, 1), { rotation: 0, mirrored: false }],
    ["a quarter clockwise", printed(0, 1, -1, 0), { rotation: 90, mirrored: false }],
    ["upside down", printed(-1, 0, 0, -1), { rotation: 180, mirrored: false }],
    ["a quarter counter-clockwise", printed(0, -1, 1, 0), { rotation: 270, mirrored: false }],
    ["left to right", printed(-1, 0, 0, 1), { rotation: 0, mirrored: true }],
    ["top to bottom", printed(1, 0, 0, -1), { rotation: 180, mirrored: true }],
    ["transposed", printed(0, 1, 1, 0), { rotation: 90, mirrored: true }],
    ["scaled, too", printed(0, 2, -2, 0), { rotation: 90, mirrored: false }],
    ["no quarter turn", printed(0.7, 0.7, -0.7, 0.7), undefined],
    [
      "an old file's tag",
      { tags: { rotate: "90" }, side_data_list: [] },
      { rotation: 90, mirrored: false },
    ],
  ])("%s", (_, told, expected) => {
    const stream = { index: 0, time_base: "1/25", disposition: {}, ...told };

    expect(orientationOf(stream)).toEqual(expected);
  });
});

test("an interlaced or changing picture fills the model's input also where the first one has its very size", async () => {
  for (const file of ["interlaced.mp4", "resize.ts"]) {
    const clip = frameClips.find((each) => each.file === file)!;
    const path = join(folder, file);
    await clip.make(tools.ffmpeg, path);

    const { frames, placement } = await inFolder(path, (within) =>
      decoded(within, tools, { input: { ...benchInput, ...clip.size } }),
    );

    const pictures = frames.map(({ pixels }) => pixelsOf(pixels, placement));
    expect(pictures.map(numberIn)).toEqual(Array.from({ length: clip.frames }, (_, n) => n));
    expect(Math.max(...pictures.map(colourError))).toBeLessThanOrEqual(clip.colourTolerance);
  }
});

test("of interlaced MPEG-4 with B-frames each picture is the one that a single thread decodes", async () => {
  const { path: ffmpeg, environment } = tools.ffmpeg;
  const make = (...args: string[]) =>
    execFileSync(ffmpeg, ["-v", "error", "-y", ...args], { env: environment });
  const [coded, lossless] = [join(folder, "fields.avi"), join(folder, "fields.mkv")];
  const fields = "tinterlace=mode=interleave_top,setfield=tff";
  const mpeg4 = "-c:v mpeg4 -q:v 1 -bf 2 -g 12 -flags +ilme+ildct".split(" ");
  make(..."-f lavfi -i testsrc2=d=2:s=160x96:r=50 -vf".split(" "), fields, ...mpeg4, coded);
  make("-threads", "1", "-i", coded, "-vf", "setfield=tff", "-c:v", "ffv1", lossless);

  const [seen, expected] = await Promise.all(
    [coded, lossless].map((path) => inFolder(path, (within) => decoded(within, tools))),
  );

  expect(seen!.video.firstField).toBe("top");
  expect(seen!.frames).toHaveLength(50);
  expect(seen!.frames.map(({ digest }) => digest)).toEqual(
    expected!.frames.map(({ digest }) => digest),
  );
});
