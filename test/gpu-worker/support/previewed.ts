import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { JobOptions } from "../../../contracts/pipeline.ts";
import type { Tools } from "../../../gpu-worker/ffmpeg/find.ts";
import { selectionOf } from "../../../gpu-worker/pipeline/decode/selection.ts";
import { clockOf } from "../../../gpu-worker/pipeline/decode/timeline.ts";
import { probe } from "../../../gpu-worker/pipeline/probe/probe.ts";
import { makePreview } from "../../../gpu-worker/pipeline/publish/preview.ts";

const quiet = { signal: new AbortController().signal, advance: () => {} };

/** What is known of a clip before extras are made of it. */
export async function planned(
  folder: string,
  { ffprobe }: Pick<Tools, "ffprobe">,
  range?: JobOptions["time_range"],
) {
  const video = await probe(ffprobe, { folder, ...quiet });
  const { pts } = video.packets;
  const selection = selectionOf({ mode: "every" }, { range, clock: clockOf(video), pts });
  return { folder, video, selection, ...quiet };
}

/** What ffprobe prints, one value a line. */
export function probed({ ffprobe }: Pick<Tools, "ffprobe">, path: string, ...asked: string[]) {
  const args = ["-v", "error", ...asked, "-of", "csv=p=0", path];
  const told = execFileSync(ffprobe.path, args, { encoding: "utf8", env: ffprobe.environment });
  return told.split("\n").filter(Boolean);
}

/** The preview of the clip in the folder, and what a player finds in it. */
export async function previewed(folder: string, tools: Tools, range?: JobOptions["time_range"]) {
  const request = await planned(folder, tools, range);
  const { video, selection } = request;
  const made = await makePreview(tools, request);
  if ("missing" in made) throw new Error(made.missing);

  const clock = clockOf(video);
  const shown = [...video.packets.pts].filter(
    (pts) => pts >= selection.fromPts && pts < selection.toPts,
  );
  const packets = ["-select_streams", "v:0", "-show_entries", "packet=pts_time,dts_time,flags"];
  const rows = probed(tools, made.path, ...packets).map((line) => line.split(","));
  const file = readFileSync(made.path);
  return {
    ...made,
    video,
    /** Seconds on the results' timeline of the frames of the source and of the preview. */
    source: shown.map(clock.secondsAt),
    t: rows.map(([pts]) => Number(pts) + made.startSeconds),
    decodingOrderIsShown: rows.every(([pts, dts]) => pts === dts),
    keyFrameTimes: rows.flatMap(([pts, , flags]) => (flags?.includes("K") ? [Number(pts)] : [])),
    indexIsInFront: file.indexOf("moov") < file.indexOf("mdat"),
    streams: probed(tools, made.path, "-show_entries", "stream=codec_name,pix_fmt,width,height"),
  };
}
