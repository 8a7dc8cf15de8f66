import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { clip } from "./support/clips.ts";
import { decoded } from "./support/decoded.ts";

vi.setConfig({ testTimeout: 120_000 });

const tools = await findTools({ environment: process.env });
const testsrc = ["-f", "lavfi", "-i", "testsrc=d=3:s=96x64:r=25"];
const h264 = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "25", "-bf", "2"];
const mpeg2 = ["-c:v", "mpeg2video", "-b:v", "600k", "-bf", "2", "-g", "15"];

function torn(folder: string, tear: (bytes: Buffer) => Buffer): string {
  const path = join(folder, sourceName);
  writeFileSync(path, tear(readFileSync(path)));
  return folder;
}
const cut = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * 0.6) | 1);

/** Of a transport stream: the end of a picture's bytes is lost where the second key frame follows. */
function withoutTheLastPacketBeforeAKey(bytes: Buffer): Buffer {
  const packets = Array.from({ length: bytes.length / 188 }, (_, index) =>
    bytes.subarray(index * 188, (index + 1) * 188),
  );
  const isVideo = (packet: Buffer) => (packet.readUInt16BE(1) & 0x1fff) === 0x100;
  const isKey = (packet: Buffer) =>
    isVideo(packet) && (packet[3]! & 0x20) !== 0 && packet[4]! > 0 && (packet[5]! & 0x40) !== 0;
  const [, second] = [...packets.keys()].filter((index) => isKey(packets[index]!));
  const last = packets.findLastIndex((packet, index) => index < second! && isVideo(packet));
  return Buffer.concat(packets.filter((_, index) => index !== last));
}

describe.each([
  ["AVI", "avi", [...testsrc, "-c:v", "mpeg4", "-g", "25", "-bf", "2"]],
  ["AVI without times", "avi", [...testsrc, ...h264]],
  ["FLV", "flv", [...testsrc, "-c:v", "flv1", "-g", "25"]],
  ["GIF", "gif", testsrc],
  ["MKV", "mkv", [...testsrc, ...h264]],
  ["MPEG-TS", "ts", [...testsrc, ...h264]],
  ["MPEG-2 in MPEG-TS", "ts", [...testsrc, ...mpeg2]],
  ["MPEG-PS", "mpg", [...testsrc, ...mpeg2]],
  ["a live WebM", "webm", [...testsrc, "-c:v", "libvpx", "-g", "25", "-f", "webm", "-live", "1"]],
  ["fragmented MP4", "mp4", [...testsrc, ...h264, "-movflags", "+frag_keyframe+empty_moov"]],
] as const)("%s", (_, extension, args) => {
  test("whole, it is complete, and its frames are numbered through", async () => {
    const { frames, gaps } = await decoded(clip(tools, extension, ...args), tools);

    expect(frames.map(({ frameIndex }) => frameIndex)).toEqual(
      Array.from({ length: 75 }, (_, index) => index),
    );
    expect(gaps).toEqual([]);
  });

  test("cut, it is partial, and no frame behind the gap's start is whole", async () => {
    const whole = await decoded(clip(tools, extension, ...args), tools);
    const { frames, gaps } = await decoded(torn(clip(tools, extension, ...args), cut), tools);

    expect(frames.length).toBeGreaterThan(20);
    expect(frames.length).toBeLessThan(75);
    const outside = frames.filter(({ t }) => !gaps.some(({ start, end }) => t >= start && t < end));
    const same = whole.frames.slice(0, outside.length).map(({ t, digest }) => ({ t, digest }));
    expect(outside.map(({ t, digest }) => ({ t, digest }))).toEqual(same);
    expect(gaps.at(-1)!.end).toBeGreaterThan(frames.at(-1)!.t);
  });
});

test.each([
  ["MKV", "mkv", h264],
  ["FLV", "flv", h264],
  ["MPEG-TS", "ts", h264],
] as const)(
  "a hole in %s: each frame that is not the original's lies in a gap",
  async (_, extension, args) => {
    const make = () => clip(tools, extension, ...testsrc, ...args);
    const { frames: originals } = await decoded(make(), tools);
    const folder = torn(make(), (bytes) =>
      bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 900),
    );

    const { frames, gaps } = await decoded(folder, tools);

    const known = new Map(frames.map(({ pts, digest }) => [pts, digest]));
    const lost = originals.filter(({ pts, digest }) => known.get(pts) !== digest);
    const unnamed = lost.filter(
      ({ t }) => !gaps.some(({ start, end }) => t >= start - 1e-3 && t < end),
    );
    expect(lost.length).toBeGreaterThan(0);
    expect(unnamed).toEqual([]);
  },
);

test("a picture that is torn right before a key frame is missed, though it looks like a seam", async () => {
  // Large enough that each picture takes several packets.
  const large = ["-f", "lavfi", "-i", "testsrc2=d=3:s=320x240:r=25"];
  const make = () => clip(tools, "ts", ...large, ...h264);
  const { frames: originals } = await decoded(make(), tools);
  const folder = torn(make(), withoutTheLastPacketBeforeAKey);

  const { frames, gaps, video } = await decoded(folder, tools);

  const digests = new Map(frames.map(({ pts, digest }) => [pts, digest]));
  const hurt = originals.filter(({ pts, digest }) => digests.get(pts) !== digest);
  expect(hurt.length).toBeGreaterThan(0);
  expect(video.packets.seams).toHaveLength(1);
  for (const { t } of hurt) {
    expect(gaps.some(({ start, end }) => t >= start - 1e-3 && t < end)).toBe(true);
  }
});

test("two recordings on end are both whole, and their frames are numbered through", async () => {
  const one = clip(tools, "ts", ...testsrc, ...h264, "-output_ts_offset", "2");
  const other = clip(tools, "ts", ...testsrc, ...h264);
  const second = readFileSync(join(other, sourceName));
  torn(one, (first) => Buffer.concat([first, second]));

  const { frames, gaps } = await decoded(one, tools);

  expect(frames.map(({ frameIndex }) => frameIndex)).toEqual(
    Array.from({ length: 150 }, (_, index) => index),
  );
  expect(gaps).toEqual([]);
});

test("a range in a recording whose time begins anew takes the frames of both", async () => {
  const one = clip(tools, "ts", ...testsrc, ...h264);
  const bytes = readFileSync(join(one, sourceName));
  torn(one, (first) => Buffer.concat([first, bytes]));

  const { frames } = await decoded(one, tools, { range: { start: 1, end: 2 } });

  expect(frames).toHaveLength(50);
});

test("samples are taken from both of two recordings on end", async () => {
  const one = clip(tools, "ts", ...testsrc, ...h264);
  const bytes = readFileSync(join(one, sourceName));
  torn(one, (first) => Buffer.concat([first, bytes]));

  const { frames } = await decoded(one, tools, { sampling: { mode: "fps", fps: 5 } });

  expect(frames.map(({ frameIndex }) => frameIndex)).toEqual(
    Array.from({ length: 30 }, (_, index) => index * 5),
  );
});

test("a recording that begins between two key frames is complete from its first picture on", async () => {
  const make = clip(tools, "ts", ...testsrc, ...h264);
  // A third of the way in lies no key frame, and the tables of a transport stream come again with the next.
  const folder = torn(make, (bytes) => bytes.subarray(Math.floor(bytes.length / 188 / 2.2) * 188));

  const { frames, gaps } = await decoded(folder, tools);

  expect(frames[0]!.frameIndex).toBe(0);
  expect(frames.length).toBeGreaterThan(20);
  expect(gaps).toEqual([]);
});
