import type { Ffmpeg } from "../../ffmpeg/find.ts";
import { hardened, input, pixelsBounded, tellingFrames } from "../../ffmpeg/input.ts";
import { seekTo, type Preroll } from "../cut/preroll.ts";

/** The file in the job's folder that the decoder reads its filters from. */
export const graphName = "filters.txt";

/** In the format that the filters end with; each picture in one piece, not copied into pieces of 32 KiB. */
export const rawPictures = "-f rawvideo -avioflags direct pipe:1".split(" ");

/**
 * How ffmpeg is told to decode: what differs from video to video stands in a file, where it can read it from there, so
 * that one can be started before the video is known.
 */
export const decoderCommand = (
  ffmpeg: Ffmpeg,
  {
    specifier,
    threads,
    graph,
    preroll,
  }: {
    specifier: string;
    /** `decoderThreads` of the video. */
    threads: readonly string[];
    /** Not looked at where the filters are read from their file. */
    graph: string;
    preroll: Preroll | undefined;
  },
): string[] => [
  ...tellingFrames,
  ...hardened,
  // Times stay as the container has them; without it ffmpeg moves them to zero.
  "-copyts",
  "-noautorotate",
  ...pixelsBounded,
  ...threads,
  ...(preroll ? seekTo(preroll) : []),
  ...input,
  "-map",
  `0:${specifier}`,
  ...(ffmpeg.graphFromFile ? ["-filter_script:v", graphName] : ["-vf", graph]),
  ...ffmpeg.passthrough,
  ...rawPictures,
];
