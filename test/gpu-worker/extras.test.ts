import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { startExtras } from "../../gpu-worker/pipeline/publish/extras.ts";
import { clip } from "./support/clips.ts";
import { planned } from "./support/previewed.ts";
import { keptLog } from "./support/quiet-log.ts";

const tools = await findTools({ environment: process.env });
const source = ["-f", "lavfi", "-i", "testsrc2=d=6:s=64x64:r=5", "-c:v", "mpeg4"];

async function started(after: Promise<void>, posterTime: Promise<number> = new Promise(() => {})) {
  const folder = clip(tools, "mp4", ...source);
  const { log, lines } = keptLog();
  const extras = startExtras(tools, { ...(await planned(folder, tools)), log, after, posterTime });
  return { folder, extras, lines };
}

test("nothing is started before the first frame is detected, all of it afterwards", async () => {
  const firstFrame = Promise.withResolvers<void>();
  const posterTime = Promise.withResolvers<number>();
  const { folder, extras, lines } = await started(firstFrame.promise, posterTime.promise);
  await using made = extras;
  await sleep(500);
  expect(existsSync(join(folder, "sprite.jpg"))).toBe(false);

  firstFrame.resolve();
  await expect.poll(() => existsSync(join(folder, "preview.mp4"))).toBe(true);
  expect(existsSync(join(folder, "poster.jpg"))).toBe(false);
  posterTime.resolve(2);

  const { sprite, previewPath, posterPath } = await made.finished;
  expect(existsSync(posterPath!)).toBe(true);
  expect(existsSync(sprite!.spritePath)).toBe(true);
  expect(existsSync(previewPath!)).toBe(true);
  expect(lines).toEqual([]);
});

test("a job that ends before its first frame does not wait for them", async () => {
  const { folder, extras, lines } = await started(new Promise(() => {}));

  await extras[Symbol.asyncDispose]();

  await expect(extras.finished).rejects.toThrow(/aborted/);
  expect(existsSync(join(folder, "sprite.jpg"))).toBe(false);
  expect(lines).toEqual([]);
});
