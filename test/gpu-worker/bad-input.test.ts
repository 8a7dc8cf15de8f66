import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ErrorCode } from "../../contracts/errors.ts";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { clip, temporaryFolder } from "./support/clips.ts";
import { decoded } from "./support/decoded.ts";

const tools = await findTools({ environment: process.env });
const video = ["-f", "lavfi", "-i", "testsrc=d=1:s=96x64:r=25", "-pix_fmt", "yuv420p"];

function file(content: string | Uint8Array): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, sourceName), content);
  return folder;
}

function changed(folder: string, change: (bytes: Buffer) => Buffer): string {
  const path = join(folder, sourceName);
  writeFileSync(path, change(readFileSync(path)));
  return folder;
}

const secret = clip(tools, "mp4", ...video);

test.each<[string, ErrorCode, () => string]>([
  ["nothing", "UPLOAD_EMPTY", () => file("")],
  ["a text", "NOT_A_VIDEO", () => file("Dear reader, this is no video.\n".repeat(30))],
  [
    "random bytes",
    "NOT_A_VIDEO",
    () => file(crypto.getRandomValues(new Uint8Array(9000)).fill(1, 0, 9)),
  ],
  [
    "a name tag of MP4 and nothing behind it",
    "NOT_A_VIDEO",
    () => file("\0\0\0\x18ftypisom\0\0\0\0isomiso2"),
  ],
  [
    "an HLS playlist of a local file",
    "CONTAINER_REFUSED",
    () => file(`#EXTM3U\n#EXTINF:1,\nfile://${join(secret, sourceName)}\n#EXT-X-ENDLIST\n`),
  ],
  ["a DASH manifest", "CONTAINER_REFUSED", () => file('<?xml version="1.0"?>\n<MPD></MPD>')],
  ["a list of files", "CONTAINER_REFUSED", () => file("ffconcat version 1.0\nfile other.mp4\n")],
  [
    "a bare stream without a container",
    "CONTAINER_REFUSED",
    () => clip(tools, "m2v", ...video, "-c:v", "mpeg2video"),
  ],
  [
    "sound alone",
    "NO_VIDEO_STREAM",
    () => clip(tools, "mp4", "-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac"),
  ],
  [
    "a still picture",
    "CONTAINER_REFUSED",
    () => clip(tools, "png", ...video.slice(0, 4), "-frames:v", "1"),
  ],
  [
    "a video whose index never came",
    "NOT_A_VIDEO",
    () => changed(clip(tools, "mp4", ...video), (bytes) => bytes.subarray(0, bytes.length >> 1)),
  ],
  [
    "pictures beyond the limit",
    "VIDEO_LIMIT_EXCEEDED",
    () =>
      clip(
        tools,
        "mkv",
        "-f",
        "lavfi",
        "-i",
        "color=s=17000x16:d=0.1:r=10",
        "-c:v",
        "mjpeg",
        "-pix_fmt",
        "yuvj420p",
      ),
  ],
  [
    "more tracks than anyone needs",
    "VIDEO_LIMIT_EXCEEDED",
    () => clip(tools, "mkv", ...video, ...Array.from({ length: 17 }, () => ["-map", "0:v"]).flat()),
  ],
  [
    "a day and half a minute",
    "VIDEO_LIMIT_EXCEEDED",
    () =>
      clip(
        tools,
        "mkv",
        ...video.slice(0, 4),
        "-vf",
        "setpts=N*3601/TB",
        "-c:v",
        "mjpeg",
        "-pix_fmt",
        "yuvj420p",
      ),
  ],
  [
    "no frame that can be decoded",
    "VIDEO_EMPTY",
    () =>
      changed(clip(tools, "mp4", ...video), (bytes) => {
        const start = bytes.indexOf("mdat") + 4;
        const end = bytes.indexOf("moov") - 4;
        return bytes.fill(0, start, end > start ? end : bytes.length);
      }),
  ],
])("%s is refused with %s", async (_, code, make) => {
  const folder = make();

  await expect(decoded(folder, tools)).rejects.toMatchObject({ name: "PermanentError", code });
});

test("a header that claims 0 × 0 pixels does not hide the picture", async () => {
  const folder = changed(clip(tools, "mp4", ...video), (bytes) => {
    bytes.writeUInt32BE(0, bytes.indexOf("tkhd") + 4 + 76);
    bytes.writeUInt32BE(0, bytes.indexOf("tkhd") + 4 + 80);
    bytes.writeUInt32BE(0, bytes.indexOf("avc1") + 4 + 24);
    return bytes;
  });

  const { frames, video: facts } = await decoded(folder, tools);

  expect(facts).toMatchObject({ width: 96, height: 64 });
  expect(frames).toHaveLength(25);
});

test("joined recordings whose clock steps back are refused with that word, and not only as too long", async () => {
  const part = (offset: number) =>
    readFileSync(
      join(clip(tools, "ts", ...video, "-output_ts_offset", String(offset)), sourceName),
    );

  const joined = decoded(file(Buffer.concat([part(1000), part(0)])), tools);

  await expect(joined).rejects.toMatchObject({
    code: "VIDEO_LIMIT_EXCEEDED",
    message: expect.stringContaining("its clock steps back"),
  });
});

test("a disguised playlist opens no other file", async () => {
  const folder = file(`\0\0\0\x18ftypisom\n#EXTM3U\nfile://${join(secret, sourceName)}\n`);

  await expect(decoded(folder, tools)).rejects.toMatchObject({ code: "NOT_A_VIDEO" });
});

test("a cut that leaves a few bytes of the first picture is no endless wait", async () => {
  const folder = clip(tools, "mp4", ...video, "-movflags", "+faststart");
  const path = join(folder, sourceName);
  truncateSync(path, readFileSync(path).indexOf("mdat") + 40);

  await expect(decoded(folder, tools)).rejects.toMatchObject({ name: "PermanentError" });
});
