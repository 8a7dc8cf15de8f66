import { path as installedFfmpeg } from "@ffmpeg-installer/ffmpeg";
import { path as installedFfprobe } from "@ffprobe-installer/ffprobe";
import { findTools, type Tools } from "../../gpu-worker/ffmpeg/find.ts";

type Build = readonly [name: string, tools: Tools];

/** The ffmpeg that the worker would take, by its version, and npm's build where that is another. */
export async function ffmpegBuilds(): Promise<readonly [Build, ...Build[]]> {
  const environment = process.env;
  const found = await findTools({ environment });
  const installed = await findTools({
    environment,
    ffmpegPath: installedFfmpeg,
    ffprobePath: installedFfprobe,
  });
  return found.ffmpeg.path === installed.ffmpeg.path
    ? [["npm's build", installed]]
    : [
        [`ffmpeg ${found.ffmpeg.version.split("-")[0]}`, found],
        ["npm's build", installed],
      ];
}
