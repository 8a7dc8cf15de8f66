import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { sourceName } from "../../../../gpu-worker/ffmpeg/input.ts";
import { run } from "../../../../gpu-worker/ffmpeg/run.ts";
import { cutSegments } from "../../../../gpu-worker/pipeline/cut/cut-segments.ts";
import { inFolder } from "../../../support/check-clip.ts";
import { checkSegments, whyWhole } from "../../../support/check-segments.ts";
import { framesOf, opened } from "../../support/decoded.ts";
import { ffmpegBuilds } from "../../../support/ffmpeg-builds.ts";
import { frameClips } from "../../../support/frame-clips.ts";
import { cutClips, type CutClip } from "../../../support/cut-clips.ts";

// Each clip is decoded some twenty times, and may have to share the machine.
vi.setConfig({ testTimeout: 120_000 });

const builds = await ffmpegBuilds();
const [[, best]] = builds;
const { stdout: encoders } = await run(best.ffmpeg, ["-hide_banner", "-encoders"], { seconds: 15 });
const folder = mkdtempSync(join(tmpdir(), "framequeue-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function made(clip: CutClip): Promise<string> {
  const path = join(folder, clip.file);
  await clip.make(best.ffmpeg, path);
  return path;
}
const has = (encoder: string) => encoders.includes(` ${encoder} `);
const can = ({ needs, file }: CutClip) => {
  const able = has(needs);
  if (!able) console.warn(`Skipped: ${file}: this ffmpeg has no ${needs}.`);
  return able;
};
const clips = (...files: string[]) => cutClips.filter(({ file }) => files.includes(file));

/** Those in which something else is hard each time; `npm run segments` goes through them all. */
const hard = [
  "closed.mp4",
  "open.mp4",
  "open.mkv",
  "open.ts",
  "hevc.ts",
  "mpeg2.ts",
  "vp9.webm",
  "uneven.mkv",
  "late.ts",
  "negative.mp4",
  "live.mkv",
];

describe.each(builds)("segments are the whole video, frame for frame, by %s", (_, tools) => {
  test.each(clips(...hard).filter(can))("$name ($file)", async (clip) => {
    const checked = await inFolder(await made(clip), (within) =>
      checkSegments(within, tools, {}, [2, 5]),
    );

    expect(checked.flatMap(({ faults }) => faults)).toEqual([]);
    expect(checked.map(({ undivided, astray }) => [undivided, astray])).toEqual([
      [undefined, 0],
      [undefined, 0],
    ]);
    expect(checked[1]!.segments).toBeGreaterThanOrEqual(4);
  });

  test("what a decoder says right behind a seek is no damage, however short the segments", async () => {
    for (const clip of clips("hevc.ts").filter(can)) {
      const [checked] = await inFolder(await made(clip), (within) =>
        checkSegments(within, tools, {}, [10]),
      );

      expect(checked).toMatchObject({ segments: 10, faults: [], astray: 0 });
    }
  });

  test("what can be cut is not refused", async () => {
    for (const clip of clips("open.mp4", "hevc.ts", "vp9.webm").filter(can)) {
      const why = await inFolder(await made(clip), (within) => whyWhole(within, tools, 5));

      expect(why).toBeUndefined();
    }
  });

  test.each([
    ["4 a second", { sampling: { mode: "fps", fps: 4 } }],
    ["every 7th", { sampling: { mode: "stride", stride: 7 } }],
    ["a range", { range: { start: 1.7, end: 6.1 } }],
    ["3 a second of a range", { sampling: { mode: "fps", fps: 3 }, range: { start: 1.7, end: 7 } }],
    [
      "every 3rd of a range",
      { sampling: { mode: "stride", stride: 3 }, range: { start: 2, end: 7 } },
    ],
  ] as const)("what is sampled does not depend on the cuts: %s", async (_, asked) => {
    for (const clip of clips("uneven.mp4", "open.ts").filter(can)) {
      const [checked] = await inFolder(await made(clip), (within) =>
        checkSegments(within, tools, asked, [4]),
      );

      expect(checked).toMatchObject({ faults: [], undivided: undefined, astray: 0 });
      expect(checked!.segments).toBeGreaterThanOrEqual(3);
    }
  });

  test("a stride takes no fewer frames than promised where the picture's size changes in mid-segment", async () => {
    const [clip] = frameClips.filter(({ file }) => file === "resize.ts" && has("libx264"));
    if (!clip) return;
    const path = join(folder, clip.file);
    await clip.make(best.ffmpeg, path);
    const taken = await inFolder(path, async (within) => {
      const request = await opened(within, tools, { sampling: { mode: "stride", stride: 16 } });
      const { pts } = request.video.packets;
      // All but the first frame; the size changes at the 25th, where counting begins anew.
      const segment = { from: 1, to: pts.length, fromPts: pts[1]!, toPts: pts.at(-1)! + 1 };
      return (await framesOf(tools, request, segment)).frames;
    });

    expect(taken.map(({ frameIndex }) => frameIndex)).toEqual([16, 25, 41]);
  });

  test("a key frame that is none in full is noticed beforehand, and its segment is right all the same", async () => {
    for (const clip of clips("refresh.ts").filter(can)) {
      const [why, [checked]] = await inFolder(await made(clip), async (within) => [
        await whyWhole(within, tools, 5),
        await checkSegments(within, tools, {}, [5]),
      ]);

      expect(why).toMatch(clip.undivided!);
      expect(checked!.faults).toEqual([]);
      expect(checked!.astray).toBeGreaterThan(0);
    }
  });

  test("damage is a gap of the segments that it touches, within them, and of no other", async () => {
    const [clip] = clips("closed.mp4").filter(can);
    if (!clip) return;
    const { parts, segments } = await inFolder(await made(clip), async (within) => {
      const source = join(within, sourceName);
      const bytes = readFileSync(source);
      bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 1500);
      writeFileSync(source, bytes);
      const request = await opened(within, tools);
      const size = { framesTarget: 40, segmentsMax: 1000 };
      const cut = cutSegments(request.video, request.selection, size);
      const all = [];
      for (const segment of cut.segments) all.push(await framesOf(tools, request, segment));
      return { parts: all, segments: cut.segments };
    });

    const torn = parts.flatMap(({ gaps }, at) => (gaps.length > 0 ? [at] : []));
    expect(segments).toHaveLength(5);
    // In the middle one; what is made from it, as far as a decoder works ahead, may reach into the next.
    expect([[2], [1, 2], [2, 3]]).toContainEqual(torn);
    for (const at of torn) {
      const [first, after] = [parts[at]!.frames[0]!, parts[at + 1]!.frames[0]!];
      const { start } = parts[at]!.gaps[0]!;
      const { end } = parts[at]!.gaps.at(-1)!;
      expect([start >= first.t, end <= after.t]).toEqual([true, true]);
    }
  });
});
