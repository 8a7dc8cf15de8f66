import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** A video of the campaign, small enough that killing is what takes the time. */
export interface Clip {
  readonly name: string;
  readonly frames: number;
  readonly bytes: Buffer<ArrayBuffer>;
}

const recipes = [
  { name: "one-group", frames: 40, args: "-g 100 -bf 2" },
  { name: "many-groups", frames: 90, args: "-g 12 -bf 0" },
  { name: "long", frames: 120, args: "-g 20 -bf 2 -sc_threshold 0" },
] as const;

/** Makes the clips, which ffmpeg's moving test picture fills. */
export async function makeClips(ffmpeg: string, folder: string): Promise<Clip[]> {
  return Promise.all(
    recipes.map(async ({ name, frames, args }) => {
      const path = join(folder, `${name}.mp4`);
      const picture = `testsrc2=size=96x64:rate=25`;
      await promisify(execFile)(ffmpeg, [
        ...`-v error -y -f lavfi -i ${picture} -frames:v ${frames}`.split(" "),
        ...`-c:v libx264 -preset ultrafast -pix_fmt yuv420p ${args}`.split(" "),
        path,
      ]);
      return { name, frames, bytes: await readFile(path) };
    }),
  );
}
