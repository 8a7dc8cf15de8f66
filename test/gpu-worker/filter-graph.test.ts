import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { placementOf } from "../../gpu-worker/detector/letterbox.ts";
import { pixelLayoutOf } from "../../gpu-worker/detector/pixel-layout.ts";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { filterGraph } from "../../gpu-worker/pipeline/decode/filter-graph.ts";
import { smallInput } from "./support/decoded.ts";

const { ffmpeg } = await findTools({ environment: process.env });

/** One picture made by `lavfi`, through the graph. */
function through(
  lavfi: string,
  source: { width: number; height: number },
  differences: Partial<typeof smallInput> | object = {},
): Uint8Array {
  const input = { ...smallInput, ...differences };
  const layout = pixelLayoutOf(input);
  const graph = filterGraph(ffmpeg, {
    placement: placementOf(source, input),
    layout,
    pad: input.pad,
    selection: { expressions: [] },
    source,
    before: [],
  });
  const args = ["-v", "error", "-f", "lavfi", "-i", lavfi, "-vf", graph, "-frames:v", "1"];
  return execFileSync(ffmpeg.path, [...args, "-f", "rawvideo", "-pix_fmt", layout.format, "-"], {
    maxBuffer: 1e8,
  });
}

const red = "color=0xff0000:s=64x64:d=1:r=1,format=rgb24";
const square = { width: 64, height: 64 };
const area = 64 * 64;

describe("a red picture lies as the model wants it", () => {
  test.each([
    ["NHWC", "RGB", [255, 0, 0], 1],
    ["NHWC", "BGR", [0, 0, 255], 1],
    ["NCHW", "RGB", [255, 0, 0], area],
    ["CHW", "BGR", [0, 0, 255], area],
  ] as const)("%s, %s", (layout, channels, values, step) => {
    const pixels = through(red, square, { layout, channels });

    expect(pixels.length).toBe(area * 3);
    expect([0, 1, 2].map((channel) => pixels[channel * step])).toEqual(values);
  });
});

test.each([
  ["NCHW", "RGB"],
  ["NHWC", "BGR"],
] as const)(
  "a padding with a colour has it in the model's channels: %s, %s",
  (layout, channels) => {
    const wide = { width: 64, height: 32 };
    const pad = [10, 20, 30] as const;

    const pixels = through("color=white:s=64x32:d=1:r=1", wide, { layout, channels, pad });

    const last = layout === "NCHW" ? [1, 2, 3].map((plane) => plane * area - 1) : [-3, -2, -1];
    const values = last.map((at) => pixels.at(at));
    expect(values).toEqual(channels === "RGB" ? pad : pad.toReversed());
  },
);

test("what shrinks is taken between the two nearest pixels, not averaged over all", () => {
  // One white column among three black ones: the average is 64 everywhere, the nearest two pixels see black or half.
  const grey = "color=black:s=256x256:d=1:r=1,format=gray,geq=lum='255*not(mod(X,4))',format=rgb24";

  const pixels = through(grey, { width: 256, height: 256 });

  // Between columns 1 and 2 of each four: both black.
  expect(Math.max(...pixels.subarray(3 * 64 * 8, 3 * 64 * 9))).toBeLessThanOrEqual(1);
});

test("a picture of the model's size comes through as it is", () => {
  const noise = "testsrc2=s=64x64:d=1:r=1,format=rgb24";

  const pixels = through(noise, square);
  const args = ["-v", "error", "-f", "lavfi", "-i", noise, "-frames:v", "1", "-f", "rawvideo", "-"];

  expect(Buffer.from(pixels)).toEqual(execFileSync(ffmpeg.path, args, { maxBuffer: 1e8 }));
});
