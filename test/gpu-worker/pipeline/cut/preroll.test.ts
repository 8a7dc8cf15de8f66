import { expect, test } from "vitest";
import { limits } from "../../../../contracts/limits.ts";
import { prerollOf, seekTo } from "../../../../gpu-worker/pipeline/cut/preroll.ts";
import { every, videoOf } from "../../support/tables.ts";

test("decoding begins a GOP ahead of the frame's own, and further where GOPs are short", () => {
  const long = videoOf(900, every(100, 900));
  const short = videoOf(900, every(10, 900));

  expect(prerollOf(long, 300)!.position).toBe(200);
  expect(prerollOf(short, 300)!.position).toBe(260);
  expect(300 - 260).toBeGreaterThanOrEqual(limits.decodeAheadFrames);
});

test("a frame within a GOP is as good as its key frame: the range of a job may begin anywhere", () => {
  const video = videoOf(900, every(100, 900));

  expect(prerollOf(video, 399)).toEqual(prerollOf(video, 300));
});

test("near the beginning, and in a video that cannot be cut, decoding begins with the file", () => {
  const video = videoOf(900, every(100, 900));
  const damaged = { ...video, packets: { ...video.packets, damaged: true } };

  expect(prerollOf(video, 100)).toBeUndefined();
  expect(prerollOf(damaged, 500)).toBeUndefined();
});

test("the time that is sought is the key frame's own, in MPEG-TS as much earlier as pictures can be reordered", () => {
  const video = videoOf(900, every(100, 900));
  const sought = (container: string) => seekTo(prerollOf({ ...video, container }, 500)!).at(-1);

  expect(sought("mov,mp4,m4a")).toBe("16.000000");
  expect(sought("mpegts")).toBe(((400 - limits.reorderedFramesMax) / 25).toFixed(6));
});
