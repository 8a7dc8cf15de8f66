import { stat } from "node:fs/promises";
import { join } from "node:path";
import { artifactNames } from "../../../contracts/artifact.ts";
import { limits } from "../../../contracts/limits.ts";
import type { Ffmpeg } from "../../ffmpeg/find.ts";
import { hardened, input } from "../../ffmpeg/input.ts";
import { run } from "../../ffmpeg/run.ts";
import { writeHlgTable } from "../decode/hlg-table.ts";
import { truePicture } from "../decode/true-picture.ts";
import type { Video } from "../probe/probe.ts";
import { asJpeg } from "./as-jpeg.ts";
import { displaySize } from "./display-size.ts";

const posterSeconds = 10;
const quiet = "-hide_banner -nostdin -y -loglevel error".split(" ");
const oneJpeg = "-frames:v 1 -q:v 4 -f mjpeg".split(" ");

/** Makes a still picture of the video at about that time; undefined where ffmpeg has none to give. */
export async function makePoster(
  ffmpeg: Ffmpeg,
  {
    folder,
    video,
    seconds,
    signal,
  }: { folder: string; video: Video; seconds: number; signal: AbortSignal },
): Promise<string | undefined> {
  const name = artifactNames.poster;
  const { width, height } = displaySize(video, limits.previewPixelsMax);
  const before = truePicture(video, ffmpeg, { width, height });
  writeHlgTable(folder, video);
  const still = async (at: number): Promise<boolean> => {
    const args = [
      ...quiet,
      ...hardened,
      "-noautorotate",
      "-ss",
      at.toFixed(3),
      ...input,
      "-map",
      `0:${video.streamIndex}`,
      "-vf",
      [...before, ...asJpeg({ width, height })].join(","),
      ...oneJpeg,
      `file:${name}`,
    ];
    const { code } = await run(ffmpeg, args, {
      cwd: folder,
      writes: true,
      seconds: posterSeconds,
      signal,
    });
    const size = await stat(join(folder, name)).then(
      (facts) => facts.size,
      () => 0,
    );
    return code === 0 && size > 0;
  };
  // At a damaged place seeking may find nothing; the beginning is better than no picture.
  return (await still(Math.max(0, seconds))) || (await still(0)) ? join(folder, name) : undefined;
}
