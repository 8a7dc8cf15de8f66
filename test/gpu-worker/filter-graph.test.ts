import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { quickColours } from "../../gpu-worker/detector/fit/quick-colours.ts";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { filterGraph, type FilterRequest } from "../../gpu-worker/pipeline/decode/filter-graph.ts";

const { ffmpeg } = await findTools({ environment: process.env });
const size = { width: 64, height: 48 };
const colours = quickColours(null, false);

/** What comes out of ffmpeg for one picture made by `lavfi`. */
function bytesOf(lavfi: string, filters: readonly string[]): Buffer {
  const args = ["-v", "error", "-f", "lavfi", "-i", lavfi, "-frames:v", "1", ...filters];
  return execFileSync(ffmpeg.path, [...args, "-f", "rawvideo", "-"], { maxBuffer: 1e8 });
}
function through(lavfi: string, picture: FilterRequest["picture"]): Buffer {
  const selection = { expressions: [] };
  return bytesOf(lavfi, ["-vf", filterGraph(ffmpeg, { picture, selection, before: [] })]);
}

test.each([
  ["yuv420p", { format: "yuv420p", ...size, colours }],
  ["yuvj420p", { format: "yuvj420p", ...size, colours }],
  ["gbrp", { format: "gbrp", ...size }],
] as const)("pictures of %s come out as they are stored", (format, picture) => {
  const source = `testsrc2=s=64x48:d=1:r=1,format=${format}`;

  expect(through(source, picture)).toEqual(bytesOf(source, ["-pix_fmt", format]));
});

test.each(["yuv444p", "yuv422p10le", "gray", "pal8"])(
  "pictures of %s come out in the colours that ffmpeg gives without a word",
  (format) => {
    const source = `testsrc2=s=64x48:d=1:r=1,format=${format}`;

    const planes = through(source, { format: "gbrp", ...size });

    const packed = bytesOf(source, ["-pix_fmt", "rgb24"]);
    const area = size.width * size.height;
    const red = planes.subarray(2 * area);
    expect([...red]).toEqual(Array.from({ length: area }, (_, pixel) => packed[pixel * 3]));
  },
);

test("a picture of another size than the video's first is brought to that", () => {
  const bytes = through("testsrc2=s=100x80:d=1:r=1,format=yuv420p", {
    format: "yuv420p",
    ...size,
    colours,
  });

  expect(bytes.length).toBe((64 * 48 * 3) / 2);
});
