import type { Video } from "../probe/probe.ts";

/**
 * Options of an input whose decoder must not work on several frames at once. ffmpeg's of MPEG-4 Part 2 then predicts some B-frames of
 * interlaced video from pictures that are not theirs, and shows these: seen with 2, 3 and 8 threads, in builds of 2018 and 2022.
 */
export const decoderThreads = ({
  codec,
  firstField,
}: Pick<Video, "codec" | "firstField">): string[] =>
  codec === "mpeg4" && firstField ? ["-threads", "1"] : [];
