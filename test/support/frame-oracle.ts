import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Program } from "../../gpu-worker/ffmpeg/child.ts";

const run = promisify(execFile);

/** Seconds at which the container begins and seconds of a tick of its first film, by ffprobe's own words. */
export async function containerClock(
  { path: ffprobe, environment }: Program,
  path: string,
): Promise<{ start: number; tick: number }> {
  const asked = ["-select_streams", "v:0", "-show_entries", "format=start_time:stream=time_base"];
  const args = ["-v", "error", ...asked, "-of", "json", path];
  const { stdout } = await run(ffprobe, args, { env: { ...environment } });
  const { format, streams } = JSON.parse(stdout) as {
    format: { start_time?: string };
    streams: [{ time_base: string }];
  };
  const [above, below] = streams[0].time_base.split("/").map(Number);
  return { start: Number(format.start_time ?? 0), tick: above! / below! };
}

/**
 * What ffprobe itself says of the decoded frames of the first film: ticks in the order in which they are shown. Undefined where it
 * has none: the last frames of containers that write only decoding times (AVI, MPEG-PS).
 */
export async function decodedTimes(
  { path: ffprobe, environment }: Program,
  path: string,
): Promise<(number | undefined)[]> {
  const asked = ["-select_streams", "v:0", "-show_entries"];
  const form = ["frame=best_effort_timestamp", "-of", "default=nokey=1:noprint_wrappers=1"];
  const { stdout } = await run(ffprobe, ["-v", "error", ...asked, ...form, path], {
    env: { ...environment },
    maxBuffer: 1 << 24,
  });
  // Side data of some frames prints lines of its own.
  return stdout
    .split("\n")
    .filter((line) => /^(-?\d+|N\/A)$/.test(line))
    .map((line) => (line === "N/A" ? undefined : Number(line)));
}
