import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documentTypeOf } from "../../gpu-worker/pipeline/publish/document-type.ts";
import { whyPreview } from "../../gpu-worker/pipeline/publish/plays-in-browsers.ts";
import { temporaryFolder } from "./support/clips.ts";

const mp4 = "mov,mp4,m4a,3gp,3g2,mj2";
const matroska = "matroska,webm";

test.each([
  [mp4, "h264", "yuv420p", undefined],
  [mp4, "h264", "yuvj420p", undefined],
  [mp4, "vp9", "yuv420p", undefined],
  [mp4, "av1", "yuv420p10le", undefined],
  [matroska, "vp8", "yuv420p", "webm"],
  [matroska, "vp9", "yuv420p10le", "webm"],
  [matroska, "av1", "yuv420p", "webm"],
])("browsers play %s with %s in %s themselves", (container, codec, pixelFormat, documentType) => {
  expect(whyPreview({ container, codec, pixelFormat, documentType })).toBeUndefined();
});

test("browsers open H.264 whose fields are pictures of their own, and stop", () => {
  const facts = { container: mp4, codec: "h264", pixelFormat: "yuv420p", documentType: undefined };

  expect(whyPreview({ ...facts, fieldsApart: true })).toMatch(/fields/);
});

test.each([
  [mp4, "h264", "yuv420p10le", undefined, /h264 in yuv420p10le/],
  [mp4, "h264", "yuv422p", undefined, /h264 in yuv422p/],
  [mp4, "h264", "gray", undefined, /h264 in gray/],
  [mp4, "hevc", "yuv420p", undefined, /hevc in MP4/],
  [mp4, "prores", "yuv422p10le", undefined, /prores in MP4/],
  [mp4, "mpeg4", "yuv420p", undefined, /mpeg4 in MP4/],
  [mp4, "vp8", "yuv420p", undefined, /vp8 in MP4/],
  [matroska, "h264", "yuv420p", "matroska", /MKV files/],
  [matroska, "vp9", "yuv420p", "matroska", /MKV files/],
  [matroska, "vp9", "yuv420p", undefined, /MKV files/],
  [matroska, "h264", "yuv420p", "webm", /h264 in WebM/],
  ["mpegts", "h264", "yuv420p", undefined, /MPEGTS files/],
  ["mpeg", "mpeg2video", "yuv420p", undefined, /MPEG files/],
  ["avi", "mjpeg", "yuvj422p", undefined, /AVI files/],
  ["flv", "h264", "yuv420p", undefined, /FLV files/],
  ["gif", "gif", "bgra", undefined, /GIF files/],
])("%s with %s in %s (%s) needs a preview", (container, codec, pixelFormat, documentType, why) => {
  expect(whyPreview({ container, codec, pixelFormat, documentType })).toMatch(why);
});

test("sound at which browsers stop needs a preview, sound that they leave out does not", () => {
  const video = { container: mp4, codec: "h264", pixelFormat: "yuv420p" };

  expect(whyPreview({ ...video, audioCodec: "mp2" })).toMatch(/its sound \(mp2\)/);
  expect(whyPreview({ ...video, audioCodec: "aac" })).toBeUndefined();
  expect(whyPreview({ ...video, audioCodec: "ac3" })).toBeUndefined();
});

test("WebM is told from MKV by the file's own word", async () => {
  const path = join(temporaryFolder(), "head");
  const written = async (letters: string) => {
    const length = Buffer.from([0x80 + letters.length]);
    const head = Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x86, 0x81, 1, 0x42, 0x82]);
    writeFileSync(path, Buffer.concat([head, length, Buffer.from(letters), Buffer.alloc(99)]));
    return documentTypeOf(path);
  };

  expect(await written("webm")).toBe("webm");
  expect(await written("matroska")).toBe("matroska");
  writeFileSync(path, "");
  expect(await documentTypeOf(path)).toBeUndefined();
});
