import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { framePipe } from "../../gpu-worker/ffmpeg/frame-pipe.ts";
import { temporaryFolder } from "./support/clips.ts";

/** A child that writes so many bytes 0, 1, … 250, 0, … to its stdout, by pieces of that size. */
async function pipeFrom(bytes: number, pieceBytes: number) {
  const pipe = await framePipe(temporaryFolder());
  const program = `
    const { writeSync } = require("node:fs");
    const all = Buffer.alloc(${bytes});
    for (let at = 0; at < all.length; at++) all[at] = at % 251;
    for (let at = 0; at < all.length; ) at += writeSync(1, all.subarray(at, at + ${pieceBytes}));`;
  const child = spawn(process.execPath, ["-e", program], {
    stdio: ["ignore", pipe.writeEnd, "inherit"],
  });
  pipe.handedOver();
  return { pipe, child };
}

const expected = (from: number, bytes: number) =>
  Uint8Array.from({ length: bytes }, (_, at) => (from + at) % 251);

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test.each([
  ["frames larger than what comes at once", 700_000, 5_000],
  ["frames smaller than what comes at once", 1_000, 300_000],
  ["frames as large as the staging memory", 256 * 1024, 256 * 1024],
])("%s come byte by byte as they were written", async (_, frameBytes, pieceBytes) => {
  const { pipe } = await pipeFrom(frameBytes * 3, pieceBytes);
  await using _pipe = pipe;
  const frame = new Uint8Array(new SharedArrayBuffer(frameBytes));

  for (let n = 0; n < 3; n++) {
    expect(await pipe.read(frame)).toBe(true);
    expect(digest(Uint8Array.from(frame))).toBe(digest(expected(n * frameBytes, frameBytes)));
  }
  expect(await pipe.read(frame)).toBe(false);
});

test("an end in mid-frame is an end", async () => {
  const { pipe } = await pipeFrom(1500, 1500);
  await using _pipe = pipe;
  const frame = new Uint8Array(1000);

  expect(await pipe.read(frame)).toBe(true);
  expect(await pipe.read(frame)).toBe(false);
});

test("a child that is killed ends the pipe, also when nobody was reading", async () => {
  const { pipe, child } = await pipeFrom(10_000_000, 100_000);
  await using _pipe = pipe;
  const frame = new Uint8Array(100_000);

  expect(await pipe.read(frame)).toBe(true);
  child.kill("SIGKILL");
  let frames = 1;
  while (await pipe.read(frame)) frames++;

  expect(frames).toBeLessThan(100);
});

test("a child stands still while nobody reads", async () => {
  const { pipe, child } = await pipeFrom(10_000_000, 100_000);
  await using _pipe = pipe;

  expect(await pipe.read(new Uint8Array(100_000))).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 500));

  expect(child.exitCode).toBeNull();
  child.kill("SIGKILL");
});
