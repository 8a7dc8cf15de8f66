import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { pictureBytesOf } from "../../gpu-worker/detector/fit/decoded-picture.ts";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { decodedPicture, truePicture } from "../../gpu-worker/pipeline/decode/true-picture.ts";
import type { Video } from "../../gpu-worker/pipeline/probe/probe.ts";

const { ffmpeg } = await findTools({ environment: process.env });
const placement = {
  inputWidth: 416,
  inputHeight: 416,
  width: 416,
  height: 312,
  left: 0,
  top: 0,
  scaleX: 6.5,
  scaleY: 6.5,
};
const colour = { range: null, matrix: null, primaries: null, transfer: null };

const fields = (["top", "bottom"] as const).flatMap((firstField) =>
  ([0, 90, 180, 270] as const).flatMap((rotation) =>
    ([48, 47] as const).map((lines) => ({ firstField, rotation, lines })),
  ),
);

test.each(fields)(
  "the $firstField field of $lines lines, turned by $rotation, keeps the size that ffmpeg gives it",
  ({ firstField, rotation, lines }) => {
    const stored = { width: 64, height: lines };
    const shown = rotation % 180 === 0 ? stored : { width: lines, height: 64 };
    const described = { ...shown, rotation, firstField, mirrored: false, pixelFormat: "yuv420p" };
    const video = { ...described, colour } as unknown as Video;

    const before = truePicture(video, ffmpeg, placement);

    const source = `testsrc2=s=64x${lines}:d=1:r=1,format=yuv420p`;
    const first = ["-v", "error", "-f", "lavfi", "-i", source, "-frames:v", "1"];
    const raw = ["-pix_fmt", "yuv420p", "-f", "rawvideo", "-"];
    const bytes = execFileSync(ffmpeg.path, [...first, "-vf", before.join(","), ...raw]);
    expect(bytes).toHaveLength(pictureBytesOf(decodedPicture(video, ffmpeg, placement)));
  },
);
