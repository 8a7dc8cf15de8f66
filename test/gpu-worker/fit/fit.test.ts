import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ModelInput } from "../../../contracts/model.ts";
import type { DecodedPicture } from "../../../gpu-worker/detector/fit/decoded-picture.ts";
import { fitter } from "../../../gpu-worker/detector/fit/fit.ts";
import { frameSlots } from "../../../gpu-worker/detector/fit/frame-memory.ts";
import { quickColours } from "../../../gpu-worker/detector/fit/quick-colours.ts";
import { placementOf } from "../../../gpu-worker/detector/letterbox.ts";
import { findTools } from "../../../gpu-worker/ffmpeg/find.ts";
import { builtInManifests } from "../../../models/catalog.ts";

const fit = fitter();
const { ffmpeg } = await findTools({ environment: process.env });

type Size = readonly [width: number, height: number];

const inputOf = ([width, height]: Size, differences: Partial<ModelInput> = {}): ModelInput => ({
  ...builtInManifests[0]!.input,
  layout: "NHWC",
  channels: "RGB",
  resize: "stretch",
  pad: 114,
  width,
  height,
  ...differences,
});

/** The picture in the model's input. */
function fitted(picture: DecodedPicture, bytes: Uint8Array, input: ModelInput): Uint8Array {
  const placement = placementOf(picture, input);
  const [slot] = frameSlots(1, { picture, placement, input }).slots;
  slot!.source.set(bytes);
  fit(slot!.frame);
  return Uint8Array.from(slot!.frame.pixels);
}

/** Packed RGB in which neighbours differ as much as they can. */
function pattern([width, height]: Size): Uint8Array {
  const at = (x: number, y: number, channel: number) =>
    x * 37 + y * 91 + channel * 53 + ((x * y) % 17) * 11;
  return Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return at(pixel % width, Math.floor(pixel / width), index % 3);
  });
}

/** Packed RGB as ffmpeg writes `gbrp`. */
function planes(packed: Uint8Array): Uint8Array {
  const area = packed.length / 3;
  return Uint8Array.from(
    { length: packed.length },
    (_, at) => packed[(at % area) * 3 + [1, 2, 0][Math.floor(at / area)]!]!,
  );
}

/** Bytes that are any, the same ones each time. */
function anyBytes(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

const yuv = ([width, height]: Size, colours = quickColours(null, false)) =>
  ({ format: "yuv420p", width, height, colours }) as const;
const yuvBytes = ([width, height]: Size) =>
  anyBytes(width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2));

// sha256 of cv2.resize(pattern, size, interpolation=cv2.INTER_LINEAR), OpenCV 5.0.0 on x86-64.
test.each([
  [[13, 9], [5, 4], "8e021cb10b11a775"],
  [[13, 9], [20, 15], "dc7ded3fc03f11d7"],
  [[13, 9], [13, 9], "92ef7b78c12aed42"],
  [[8, 6], [4, 3], "fd28cce9467c4b61"],
  [[1280, 720], [416, 234], "7fd28fad786ceed2"],
  [[640, 360], [416, 416], "78f2aef0438a4b16"],
  [[3, 2], [64, 64], "72ed1b70e8c1ea5a"],
  [[50, 1], [17, 9], "431d1d786a8991cc"],
] as const)("%j to %j is what OpenCV makes of it, bit for bit", ([width, height], size, digest) => {
  const source = planes(pattern([width, height]));

  const pixels = fitted({ format: "gbrp", width, height }, source, inputOf(size));

  expect(createHash("sha256").update(pixels).digest("hex").slice(0, 16)).toBe(digest);
});

// On other processors swscale has other converters, one level off here and there; ours is the same everywhere.
describe.runIf(process.arch === "x64")("colours are those of swscale's quick converter", () => {
  const size = [64, 48] as const;
  const bytes = yuvBytes(size);

  test.each([
    [null, "tv"],
    ["bt709", "tv"],
    ["bt709", "pc"],
    ["bt470bg", "pc"],
    ["smpte240m", "tv"],
    ["fcc", "pc"],
    ["bt2020nc", "tv"],
  ] as const)("%s, %s", (matrix, range) => {
    const names: Record<string, string> = { bt2020nc: "bt2020", bt470bg: "bt601" };
    const asked = matrix ? `:in_color_matrix=${names[matrix] ?? matrix}` : "";
    const raw = `-v error -f rawvideo -pix_fmt yuv420p -s 64x48 -i - -vf scale=in_range=${range}${asked}`;
    const packed = execFileSync(
      ffmpeg.path,
      `${raw},format=rgb24 -f rawvideo -pix_fmt rgb24 -`.split(" "),
      { input: bytes },
    );

    const pixels = fitted(yuv(size, quickColours(matrix, range === "pc")), bytes, inputOf(size));

    expect(Buffer.from(pixels).equals(packed)).toBe(true);
  });
});

test.each([
  [
    [64, 48],
    [24, 16],
  ],
  [
    [33, 17],
    [20, 9],
  ],
  [
    [33, 17],
    [50, 41],
  ],
  [
    [1, 1],
    [9, 3],
  ],
] as const)("a stored picture is scaled as its RGB is: %j to %j", (size, to) => {
  const bytes = yuvBytes(size);
  const whole = fitted(yuv(size), bytes, inputOf(size));

  const pixels = fitted(yuv(size), bytes, inputOf(to));

  const [width, height] = size;
  expect(pixels).toEqual(fitted({ format: "gbrp", width, height }, planes(whole), inputOf(to)));
});

describe("a picture lies where the model wants it", () => {
  const pad: [number, number, number] = [10, 20, 30];
  // Twelve columns of sixteen, which are not a multiple of what the kernel does at once.
  const size = [12, 16] as const;
  const source = planes(pattern(size));

  test.each([
    ["NHWC", "RGB", "top-left"],
    ["NHWC", "BGR", "center"],
    ["NCHW", "RGB", "center"],
    ["CHW", "BGR", "top-left"],
  ] as const)("%s, %s, %s", (layout, channels, anchor) => {
    const input = inputOf([16, 16], { layout, channels, anchor, resize: "letterbox", pad });

    const pixels = fitted({ format: "gbrp", width: 12, height: 16 }, source, input);

    const left = anchor === "center" ? 2 : 0;
    const packed = pattern(size);
    for (let y = 0; y < 16; y++) {
      for (let x = 0; x < 16; x++) {
        const inside = x >= left && x < left + 12;
        const wanted = [0, 1, 2].map((channel) =>
          inside ? packed[(y * 12 + x - left) * 3 + channel] : pad[channel],
        );
        const seen = [0, 1, 2].map((channel) => {
          const place = channels === "RGB" ? channel : 2 - channel;
          return pixels[layout === "NHWC" ? (y * 16 + x) * 3 + place : place * 256 + y * 16 + x];
        });
        expect(seen).toEqual(wanted);
      }
    }
  });
});

test("a frame that is in the model's layout already stays as it is", () => {
  const pixels = new Uint8Array(new SharedArrayBuffer(12)).fill(7);

  fit({ pixels });

  expect([...pixels]).toEqual(Array.from({ length: 12 }, () => 7));
});
