import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { path as installed } from "@ffmpeg-installer/ffmpeg";
import { describe, expect, test, vi } from "vitest";
import { findTools, type Ffmpeg } from "../../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { makePoster } from "../../gpu-worker/pipeline/publish/poster.ts";
import { makePreview } from "../../gpu-worker/pipeline/publish/preview.ts";
import { frameClips } from "../support/frame-clips.ts";
import { colourError, combing, numberIn } from "../support/numbered-picture.ts";
import { clip, temporaryFolder } from "./support/clips.ts";
import { picturesIn } from "./support/pictures-in.ts";
import { planned, previewed, probed } from "./support/previewed.ts";

const tools = await findTools({ environment: process.env });
const packaged = await findTools({ environment: process.env, ffmpegPath: installed });
const testsrc = (options: string) => ["-f", "lavfi", "-i", `testsrc=${options}`];
const sound = (seconds: number) => ["-f", "lavfi", "-i", `sine=d=${seconds}`];
const mpeg2 = ["-c:v", "mpeg2video", "-bf", "2", "-q:v", "3"];

const closeTo = (times: readonly number[], digits = 6) =>
  times.map((t) => expect.closeTo(t, digits));

describe.each([
  ["the ffmpeg that is found first", tools],
  ["the ffmpeg of the npm package", packaged],
])("with %s", (_, tools) => {
  test("the preview is what every browser plays, with an index in front and keys to seek by", async () => {
    const folder = clip(tools, "ts", ...testsrc("d=3:s=97x65:r=25"), ...sound(3), ...mpeg2);

    const made = await previewed(folder, tools);

    expect(made.streams).toEqual(
      ["h264,98,66,yuv420p", "aac"].map((line) => expect.stringContaining(line)),
    );
    expect(made.decodingOrderIsShown).toBe(true);
    expect(made.indexIsInFront).toBe(true);
    expect(made.keyFrameTimes.length).toBeGreaterThanOrEqual(3);
    expect(made.t).toHaveLength(75);
  });

  test.each(["interlaced.mpg", "fields.mp4"])(
    "of %s each picture is the one that is analysed: what moves stands once in it",
    async (file) => {
      const folder = temporaryFolder();
      const interlaced = frameClips.find((each) => each.file === file)!;
      const path = join(folder, file);
      await interlaced.make(tools.ffmpeg, path);
      renameSync(path, join(folder, sourceName));

      const { path: preview } = await previewed(folder, tools);

      const { height } = interlaced.size;
      const pictures = picturesIn(preview, tools, interlaced.size);
      expect(pictures.map(numberIn)).toEqual([...pictures.keys()]);
      // Of the other field's bar half would be seen; at its edge the encoder smears a little.
      const seen = pictures.map((picture, n) => combing(picture, n, height));
      expect(Math.max(...seen)).toBeLessThan(0.25);
    },
  );

  test.each([
    ["hlg.mp4", "tv,bt709,bt709,bt709"],
    ["pq.mp4", "tv,bt709,bt709,bt709"],
    ["full-709.mp4", "tv,bt709,bt709,bt709"],
    ["limited-601.mp4", "tv,smpte170m,smpte170m,smpte170m"],
    ["sdr-2020.mp4", "tv,bt2020nc,bt2020-10,bt709"],
    ["rgb.mp4", "tv,bt709,unknown,unknown"],
    ["turned-90.mp4", "unknown,unknown,unknown,unknown"],
    ["turned-270-mirrored.mp4", "unknown,unknown,unknown,unknown"],
  ])(
    "of %s preview and poster stand upright in their colours, and the preview says how to read these",
    async (file, told) => {
      const folder = temporaryFolder();
      const coloured = frameClips.find((each) => each.file === file)!;
      const path = join(folder, file);
      await coloured.make(tools.ffmpeg, path);
      renameSync(path, join(folder, sourceName));

      const { path: preview, video } = await previewed(folder, tools);
      const { signal } = new AbortController();
      const poster = await makePoster(tools.ffmpeg, { folder, video, seconds: 1, signal });

      const off = [preview, poster].map((path) =>
        // Of a picture that is turned or mirrored it is large.
        colourError(picturesIn(path, tools, coloured.size)[0]!),
      );
      expect(Math.max(...off)).toBeLessThan(8);
      const asked = "stream=color_range,color_space,color_transfer,color_primaries";
      expect(probed(tools, preview, "-show_entries", asked)).toEqual([told]);
    },
  );

  const { passthrough } = tools.ffmpeg;
  test.each([
    [
      "uneven times",
      "mkv",
      ["-vf", "settb=1/1000,setpts=40*N+mod(N*N\\,17)", ...passthrough, "-enc_time_base", "1/1000"],
    ],
    ["a rate of 30000/1001", "mov", ["-c:v", "prores", "-r", "30000/1001"]],
    ["a late start", "ts", ["-output_ts_offset", "3600.5", ...mpeg2]],
    ["B-frames", "mkv", ["-c:v", "libx264", "-bf", "3", "-g", "12", "-pix_fmt", "yuv420p"]],
    ["AVI's ticks of one frame", "avi", ["-c:v", "mpeg4"]],
    ["a gap of half a minute", "mkv", ["-vf", "setpts=N+30*25*gt(N\\,20)", ...passthrough]],
  ])("a frame is shown at the source's own time: %s", async (_, extension, options) => {
    const folder = clip(tools, extension, ...testsrc("d=2:s=96x64:r=25"), ...options);

    const { t, source } = await previewed(folder, tools);

    expect(source.length).toBeGreaterThan(40);
    expect(t).toEqual(closeTo(source, 5));
  });

  test("of a range there is just the range, and the preview says where it begins", async () => {
    const long = clip(tools, "ts", ...testsrc("d=30:s=96x64:r=25"), ...sound(30), ...mpeg2);

    const { t, source, startSeconds } = await previewed(long, tools, { start: 20, end: 21 });

    expect(source).toHaveLength(25);
    expect(t).toEqual(closeTo(source, 5));
    expect(startSeconds).toBe(source[0]);
  });

  test("sound that begins before the picture moves no frame", async () => {
    const delayed = ["-itsoffset", "0.7", ...testsrc("d=2:s=96x64:r=25"), ...sound(3)];
    const folder = clip(tools, "mkv", ...delayed, "-c:v", "mpeg4", "-c:a", "mp2");

    const { t, source, startSeconds, streams } = await previewed(folder, tools);

    expect(startSeconds).toBeCloseTo(0.7, 1);
    expect(t).toEqual(closeTo(source, 5));
    expect(streams).toHaveLength(2);
  });
});

test("pixels become square, the longer side is bounded and nothing is enlarged", async () => {
  const folder = clip(tools, "mkv", ...testsrc("d=0.2:s=960x480:r=25"), "-vf", "setsar=2/1");

  const { streams } = await previewed(folder, tools);

  expect(streams[0]).toContain("1280,320");
});

test("of a damaged video there is a preview of what can be decoded", async () => {
  const options = [...testsrc("d=4:s=96x64:r=25"), "-c:v", "libx264", "-g", "10"];
  const folder = clip(tools, "ts", ...options);
  const path = join(folder, sourceName);
  const bytes = readFileSync(path);
  bytes.fill(0x47, Math.floor(bytes.length * 0.4), Math.floor(bytes.length * 0.5));
  writeFileSync(path, bytes);
  truncateSync(path, Math.floor(bytes.length * 0.9));

  const { t, source } = await previewed(folder, tools);

  expect(t.length).toBeGreaterThan(40);
  expect(t.length).toBeLessThan(100);
  const known = new Set(source.map((seconds) => seconds.toFixed(4)));
  expect(t.filter((seconds) => !known.has(seconds.toFixed(4)))).toEqual([]);
});

test("sound that cannot be read costs the preview its sound, not its picture", async () => {
  const folder = clip(tools, "mkv", ...testsrc("d=1:s=96x64:r=25"), "-c:v", "mpeg4");
  const request = await planned(folder, tools);

  const made = await makePreview(tools, {
    ...request,
    video: { ...request.video, hasAudio: true },
  });

  expect(made).toHaveProperty("path");
});

describe("with a stand-in for ffmpeg", async () => {
  const folder = clip(tools, "mkv", ...testsrc("d=1:s=96x64:r=25"), "-c:v", "mpeg4");
  const standIn = (script: string): Ffmpeg => {
    const path = join(temporaryFolder(), "ffmpeg");
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    // It reads and writes where a test can see it.
    return { ...tools.ffmpeg, path, sandbox: undefined };
  };
  const encoders = (...names: string[]) =>
    names.map((name) => `echo " V..... ${name} words"`).join(";");
  const asked = (names: string[], otherwise: string) =>
    standIn(`case "$*" in *-encoders*) ${encoders(...names)};; *) ${otherwise};; esac`);

  test("without an H.264 encoder there is no preview, and it says so", async () => {
    const ffmpeg = asked(["mpeg4", "libx265"], "exit 1");

    const made = await makePreview({ ...tools, ffmpeg }, await planned(folder, tools));

    expect(made).toEqual({ missing: expect.stringMatching(/no H\.264 encoder/) });
  });

  test("an encoder that does not open is followed by the next", async () => {
    const tried = join(temporaryFolder(), "tried");
    const fails = `echo "$*" >> ${tried}; echo "[error] no device" >&2; exit 1`;
    const ffmpeg = asked(["libx264", "h264_nvenc"], fails);

    const made = await makePreview({ ...tools, ffmpeg }, await planned(folder, tools));

    expect(made).toEqual({ missing: "ffmpeg could not make it: no device" });
    const names = readFileSync(tried, "utf8").match(/-c:v \S+/g);
    expect(names).toEqual(["-c:v libx264", "-c:v h264_nvenc"]);
  });

  test("a file with other frames than were told of is no preview", async () => {
    const another = temporaryFolder();
    const short = ["-y", ...testsrc("d=0.2:s=96x64"), join(another, "short.mp4")];
    execFileSync(tools.ffmpeg.path, ["-v", "error", ...short], { env: tools.ffmpeg.environment });
    const swaps = `${tools.ffmpeg.path} "$@"; cp ${join(another, "short.mp4")} preview.mp4`;
    const ffmpeg = asked(["libx264"], swaps);

    const made = await makePreview({ ...tools, ffmpeg }, await planned(folder, tools));

    expect(made).toEqual({ missing: "It holds 5 frames instead of 25." });
  });

  test("an ffmpeg that hangs is given up, and its file with it", async () => {
    const ffmpeg = asked(["libx264"], `: > preview.mp4; exec sleep 600`);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const making = makePreview({ ...tools, ffmpeg }, await planned(folder, tools));
    await expect.poll(() => existsSync(join(folder, "preview.mp4"))).toBe(true);
    vi.advanceTimersByTime(11_000);
    vi.useRealTimers();

    expect(await making).toEqual({ missing: expect.stringMatching(/no frame for 10 s/) });
    expect(existsSync(join(folder, "preview.mp4"))).toBe(false);
  });

  test("it ends with the work", async () => {
    const ffmpeg = asked(["libx264"], "exec sleep 600");
    const stop = new AbortController();
    const request = { ...(await planned(folder, tools)), signal: stop.signal };
    const making = makePreview({ ...tools, ffmpeg }, request);
    setTimeout(() => stop.abort(new Error("stopped")), 300);

    await expect(making).rejects.toThrow("stopped");
  });
});
