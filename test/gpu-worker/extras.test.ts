import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { startExtras } from "../../gpu-worker/pipeline/publish/extras.ts";
import { clip, temporaryFolder } from "./support/clips.ts";
import { planned, probed } from "./support/previewed.ts";
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

describe("where one of their programs fails, the result is whole without it, and it is said why", () => {
  const withSound = ["-f", "lavfi", "-i", "sine=d=6", "-c:a", "aac", "-shortest"];

  /** A program that does this where its words are like that, and else its work. */
  function failing(name: "ffmpeg" | "ffprobe", words: string, does: string): typeof tools {
    const path = join(temporaryFolder(), name);
    const { path: real } = tools[name];
    writeFileSync(path, `#!/bin/sh\ncase "$*" in *${words}*) ${does} ;; esac\nexec ${real} "$@"\n`);
    chmodSync(path, 0o755);
    // Without a sandbox, where the test's own folders are seen.
    return { ...tools, [name]: { ...tools[name], path, sandbox: undefined } };
  }

  async function made(those: typeof tools) {
    const folder = clip(tools, "mp4", ...source.slice(0, 4), ...withSound, ...source.slice(4));
    const { log, lines } = keptLog();
    const now = { after: Promise.resolve(), posterTime: Promise.resolve(2) };
    const request = await planned(folder, tools);
    const { finished } = startExtras(those, { ...request, ...now, log });
    const { playback, posterPath, sprite, previewPath } = await finished;
    const said = lines.map(({ message, error }) => `${message}: ${error}`);
    return { folder, posterPath, sprite, previewPath, said, missing: playback.preview_missing };
  }

  const hangs = "exec sleep 600";

  test.each([
    ["skip_frame", "ffmpeg was ended by SIGKILL."],
    ["tile=", "ffmpeg, joining thumbnails, was ended by SIGKILL."],
  ])("the sprite, killed at %s", async (words, why) => {
    const { sprite, posterPath, previewPath, said } = await made(
      failing("ffmpeg", words, "kill -9 $$"),
    );

    expect(sprite).toBeUndefined();
    expect([posterPath, previewPath]).not.toContain(undefined);
    expect(said).toEqual([`no sprite was made: ${why}`]);
  });

  test("the sprite, where ffmpeg hangs: for ten seconds, not for the time that a long one may take", async () => {
    const begun = join(temporaryFolder(), "begun");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const making = made(failing("ffmpeg", "skip_frame", `: > ${begun}; ${hangs}`));
    await expect.poll(() => existsSync(begun)).toBe(true);
    vi.advanceTimersByTime(11_000);
    vi.useRealTimers();

    const { sprite, previewPath, said } = await making;

    expect(sprite).toBeUndefined();
    expect(previewPath).toBeDefined();
    expect(said).toEqual(["no sprite was made: ffmpeg gave no sign for 10 s."]);
  });

  test("the poster", async () => {
    const { posterPath, sprite, said } = await made(failing("ffmpeg", "poster.jpg", "kill -9 $$"));

    expect([posterPath, sprite === undefined]).toEqual([undefined, false]);
    expect(said).toEqual(["no poster was made: ffmpeg was ended by SIGKILL."]);
  });

  test.each([
    ["ffmpeg", "-encoders", "ffmpeg, asked for its encoders, was ended by SIGKILL."],
    ["ffmpeg", "preview.mp4", "ffmpeg was ended by SIGKILL."],
    [
      "ffprobe",
      "stream=nb_frames",
      "ffprobe, asked for the preview's frames, was ended by SIGKILL.",
    ],
  ] as const)("the preview, where %s is killed at %s", async (name, words, why) => {
    const { previewPath, missing, sprite, said } = await made(failing(name, words, "kill -9 $$"));

    expect([previewPath, sprite === undefined]).toEqual([undefined, false]);
    expect(missing).toBe(why);
    expect(said).toEqual([`no preview was made: ${why}`]);
  });

  test("but a preview whose ffmpeg is killed once is made again, with its sound", async () => {
    const once = join(temporaryFolder(), "once");
    const kill = `if [ ! -e ${once} ]; then : > ${once}; kill -9 $$; fi`;

    const { previewPath, missing, said } = await made(failing("ffmpeg", "preview.mp4", kill));

    expect([missing, said]).toEqual([null, []]);
    expect(probed(tools, previewPath!, "-show_entries", "stream=codec_type")).toEqual([
      "video",
      "audio",
    ]);
  });
});
