import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { expectedOf } from "../../bench/torture/abilities.ts";
import { mismatch } from "../../bench/torture/expected.ts";
import { expectations } from "../../bench/torture/expectations.ts";
import { hostileMp4 } from "../../bench/torture/hostile-mp4.ts";
import { playlistsInDisguise } from "../../bench/torture/playlists-in-disguise.ts";
import { see, type Seen } from "../../bench/torture/see.ts";
import { findTools } from "../../gpu-worker/ffmpeg/find.ts";
import { temporaryFolder } from "./support/clips.ts";
import { referenceData } from "./support/reference-data.ts";

vi.setConfig({ testTimeout: 120_000 });

const tools = await findTools({ environment: process.env });
const collection = join(referenceData ?? "", "torture");
/** Takes a quarter of the time of all: `npm run torture` has it. */
const files = expectations.filter(({ file }) => file !== "ax_long_6min_1080p.mp4");

/** Starts each piece of work once one of two hands is free. */
function twoAtATime() {
  const hands: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
  let next = 0;
  return <T>(work: () => Promise<T>): Promise<T> => {
    const hand = next++ % 2;
    const result = hands[hand]!.then(work);
    hands[hand] = result.catch(() => {});
    return result;
  };
}

describe.skipIf(!referenceData || !existsSync(collection))("a real file", async () => {
  const expected = await expectedOf(tools.ffmpeg);
  const start = twoAtATime();
  const seen = new Map<string, Promise<Seen>>();
  const looked = (file: string) => {
    if (seen.size === 0) {
      for (const each of files)
        seen.set(
          each.file,
          start(() => see(join(collection, each.file), tools)),
        );
    }
    return seen.get(file)!;
  };

  test.each(files)("$file: $why", async ({ file, ...rest }) => {
    expect(mismatch(expected({ file, ...rest }), await looked(file))).toBe("");
  });
});

test.each([...hostileMp4, ...playlistsInDisguise])(
  "$name is refused for good",
  async ({ bytes, expected }) => {
    const path = join(temporaryFolder(), "hostile");
    writeFileSync(path, bytes());

    expect(mismatch(expected, await see(path, tools))).toBe("");
  },
);
