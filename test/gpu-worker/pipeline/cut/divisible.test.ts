import { expect, test } from "vitest";
import { whyNotDivisible } from "../../../../gpu-worker/pipeline/cut/divisible.ts";
import { every, videoOf } from "../../support/tables.ts";

const video = videoOf(100, every(10, 100));
const table = video.packets;
const twice = Float64Array.from(table.pts, (time) => (time === 51 ? 50 : time));
const late = Float64Array.from(table.pts, (time) => time + 2 ** 33 - 50);

test("a whole video in a container that can be sought is divisible", () => {
  for (const container of ["mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "mpegts"]) {
    expect(whyNotDivisible({ ...video, container })).toBeUndefined();
  }
});

test.each([
  ["another container", { container: "avi" }, /seeks in avi/],
  ["another container whose name begins alike", { container: "mpeg" }, /seeks in mpeg/],
  ["damage", { packets: { ...table, damaged: true } }, /is damaged/],
  ["an early end", { packets: { ...table, endsEarly: true } }, /ends early/],
  ["time that begins anew", { packets: { ...table, resets: [50] } }, /begins anew/],
  ["counted times", { packets: { ...table, counted: true } }, /counted/],
  ["hidden packets", { codec: "vp8" }, /shows a picture/],
  ["fields", { firstField: "top" as const }, /shows a picture/],
  ["frames ahead of the first key", { packets: { ...table, leading: 2 } }, /without a key frame/],
  ["packets without a frame", { packets: { ...table, packets: 101 } }, /edit list/],
  ["one time twice", { packets: { ...table, pts: twice } }, /one time/],
  [
    "33 bits that overflow",
    { container: "mpegts", packets: { ...table, pts: late } },
    /after 33 bits/,
  ],
])("%s keeps it in one piece, and is told", (_, difference, reason) => {
  expect(whyNotDivisible({ ...video, ...difference })).toMatch(reason);
});
