import { limits } from "../../../contracts/limits.ts";
import type { Ffmpeg } from "../../ffmpeg/find.ts";
import { run } from "../../ffmpeg/run.ts";
import { whyFailed } from "../../ffmpeg/why-failed.ts";

/** An H.264 encoder of ffmpeg with the options that make a small file without B-frames. */
export interface Encoder {
  readonly name: string;
  readonly options: readonly string[];
}

/**
 * The best first. Hardware encoders that need frames uploaded by a filter (VAAPI, QSV) are not among them. The level
 * is said because some builds of x264 take the time base for the frame rate and claim 6.2.
 */
const encoders: readonly Encoder[] = [
  { name: "libx264", options: "-preset veryfast -crf 23 -level 4.2".split(" ") },
  { name: "libopenh264", options: "-b:v 3M".split(" ") },
  { name: "h264_nvenc", options: "-b:v 3M".split(" ") },
  { name: "h264_videotoolbox", options: "-b:v 3M".split(" ") },
  { name: "h264_mf", options: "-b:v 3M".split(" ") },
];

/** The H.264 encoders that this ffmpeg was built with; whether one works is known once it has opened. Throws where it does not say. */
export async function h264Encoders(ffmpeg: Ffmpeg, signal: AbortSignal): Promise<Encoder[]> {
  const asked = ["-hide_banner", "-encoders"];
  const ran = await run(ffmpeg, asked, { seconds: limits.stalledSeconds, signal });
  if (ran.code !== 0) throw new Error(`ffmpeg, asked for its encoders, ${whyFailed(ran)}.`);
  const known = new Set(ran.stdout.split("\n").map((line) => line.trim().split(/\s+/)[1]));
  return encoders.filter(({ name }) => known.has(name));
}
