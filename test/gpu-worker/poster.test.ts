import { renameSync } from "node:fs";
import { join } from "node:path";
import { path as installed } from "@ffmpeg-installer/ffmpeg";
import { describe, expect, test } from "vitest";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { sourceName } from "../../gpu-worker/ffmpeg/input.ts";
import { makePoster } from "../../gpu-worker/pipeline/publish/poster.ts";
import { frameClips } from "../support/frame-clips.ts";
import { numberIn } from "../support/numbered-picture.ts";
import { temporaryFolder } from "./support/clips.ts";
import { decoded } from "./support/decoded.ts";
import { picturesIn } from "./support/pictures-in.ts";

const tools = await findTools({ environment: process.env });
const packaged = await findTools({ environment: process.env, ffmpegPath: installed });
const { signal } = new AbortController();

describe.each([
  ["the ffmpeg that is found first", tools],
  ["the ffmpeg of the npm package", packaged],
])("with %s", (_, tools) => {
  test.each(["mpeg2.ts", "wrap.ts", "fields.ts", "vfr.mp4", "flash.flv"])(
    "of %s the poster is the very frame whose time is asked for",
    async (file) => {
      const folder = temporaryFolder();
      const numbered = frameClips.find((each) => each.file === file)!;
      const path = join(folder, file);
      await numbered.make(tools.ffmpeg, path);
      renameSync(path, join(folder, sourceName));
      const { frames, video } = await decoded(folder, tools);

      const asked = [0, 24, 33, 49];
      const shown: number[] = [];
      for (const at of asked) {
        const seconds = frames[at]!.t;
        const poster = await makePoster(tools.ffmpeg, { folder, video, seconds, signal });
        shown.push(numberIn(picturesIn(poster, tools, numbered.size)[0]!));
      }

      expect(shown).toEqual(asked);
    },
  );
});
