import { stat } from "node:fs/promises";
import { join } from "node:path";
import { artifactNames } from "../../../contracts/artifact.ts";
import { limits } from "../../../contracts/limits.ts";
import type { Ffmpeg } from "../../ffmpeg/find.ts";
import { hardened, input } from "../../ffmpeg/input.ts";
import { run } from "../../ffmpeg/run.ts";
import { whyFailed } from "../../ffmpeg/why-failed.ts";
import { decoderThreads } from "../decode/decoder-threads.ts";
import { writeHlgTable } from "../decode/hlg-table.ts";
import { clockOf } from "../decode/timeline.ts";
import { truePicture } from "../decode/true-picture.ts";
import { key } from "../probe/packet-table.ts";
import type { Video } from "../probe/probe.ts";
import { asJpeg } from "./as-jpeg.ts";
import { displaySize } from "./display-size.ts";

const quiet = "-hide_banner -nostdin -y -loglevel error".split(" ");
const oneJpeg = "-frames:v 1 -q:v 4 -f mjpeg".split(" ");

/** Makes a still picture of the frame that is shown first at or after that time; throws where ffmpeg has none to give. */
export async function makePoster(
  ffmpeg: Ffmpeg,
  {
    folder,
    video,
    seconds,
    signal,
  }: { folder: string; video: Video; seconds: number; signal: AbortSignal },
): Promise<string> {
  const name = artifactNames.poster;
  const { width, height } = displaySize(video, limits.previewPixelsMax);
  const before = truePicture(video, ffmpeg, { width, height });
  writeHlgTable(folder, video);
  /** Why ffmpeg made none of what comes first behind these; undefined where it did. */
  const whyNone = async (
    seek: readonly string[],
    filters: readonly string[],
  ): Promise<string | undefined> => {
    const args = [
      ...quiet,
      ...hardened,
      "-copyts",
      "-noautorotate",
      ...decoderThreads(video),
      ...seek,
      ...input,
      "-map",
      `0:${video.streamIndex}`,
      "-vf",
      [...filters, ...before, ...asJpeg({ width, height })].join(","),
      ...ffmpeg.passthrough,
      ...oneJpeg,
      `file:${name}`,
    ];
    const ran = await run(ffmpeg, args, {
      cwd: folder,
      writes: true,
      seconds: limits.stalledSeconds,
      signal,
    });
    const size = await stat(join(folder, name)).then(
      (facts) => facts.size,
      () => 0,
    );
    if (ran.code !== 0) return `ffmpeg ${whyFailed(ran)}.`;
    return size > 0 ? undefined : "ffmpeg gave no picture.";
  };
  const tick = clockOf(video).tickAt(seconds);
  // Of a frame's own time no other frame will do: a seek may lead behind it.
  const until = video.packets.pts.includes(tick) ? `:end_pts=${tick + 1}` : "";
  for (const seek of seeksTo(tick, video)) {
    if (!(await whyNone(seek, [`trim=start_pts=${tick}${until}`]))) return join(folder, name);
  }
  // At a damaged place there may be nothing; the beginning is better than no picture.
  const missing = await whyNone([], []);
  if (missing !== undefined) throw new Error(missing);
  return join(folder, name);
}

/** Options of an input by which that frame is reached, the cheapest first: from its own key frame, from the one before, from the start. */
function seeksTo(
  tick: number,
  { container, timeBase: [above, below], packets }: Video,
): string[][] {
  const { pts, roles } = packets;
  const seeks: string[][] = [];
  let position = pts.findLastIndex((time) => time <= tick);
  for (let back = 0; back < 2 && position > 0; back++) {
    position = roles.lastIndexOf(key, back === 0 ? position : position - 1);
    // Others than these are searched by times of decoding, of which a picture's is earlier than its own by the reordering.
    const ahead = /^(mov|matroska)/.test(container) ? 0 : limits.reorderedFramesMax;
    const sought = pts[Math.max(0, position - ahead)]!;
    // A microsecond more: rounded down, it would lead to the key frame before.
    const at = ((sought * above) / below + 1e-6).toFixed(6);
    if (position > 0 && sought > 0)
      seeks.push([..."-noaccurate_seek -seek_timestamp 1 -ss".split(" "), at]);
  }
  return [...seeks, []];
}
