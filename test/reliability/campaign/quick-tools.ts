import { candidates, findTools, type Tools } from "../../../gpu-worker/ffmpeg/find.ts";

/**
 * The programs of FFMPEG_PATH and FFPROBE_PATH, else those of the npm packages, else whatever is found: a worker starts
 * them a dozen times a job, and a build without shared libraries is there in a thirtieth of the time.
 */
export async function quickTools(): Promise<Tools> {
  const { FFMPEG_PATH, FFPROBE_PATH } = process.env;
  const packaged = async (name: "ffmpeg" | "ffprobe") =>
    (await candidates(name, { searchPath: "" })).at(-1)?.path;
  return findTools({
    ffmpegPath: FFMPEG_PATH ?? (await packaged("ffmpeg")),
    ffprobePath: FFPROBE_PATH ?? (await packaged("ffprobe")),
    environment: process.env,
  });
}
